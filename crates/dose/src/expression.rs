//! Structures made of structures, as they are written: `minus(union(Lung_L, Lung_R), GTV)`, `margin(SpinalCord, 3)`.

use std::fmt;
use std::sync::Arc;

use geometry::{Body, Combined, Margin, Operation, Solid, margin::LARGEST_MARGIN_MM};

use crate::OrganBody;

/// A structure, or several combined.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A structure by its name.
    Structure(String),
    /// Two structures combined.
    Combined(Operation, Box<Expression>, Box<Expression>),
    /// A structure grown by a margin in mm.
    Margin(Box<Expression>, f64),
}

/// Why a text is no expression, or cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExpressionError {
    /// It does not follow the form.
    #[error(
        "reading the expression \"{text}\": {problem}; write union(A, B), minus(A, B), intersection(A, B) or \
         margin(A, 3) with the margin in mm, and put names that hold commas or brackets in quotes"
    )]
    Form {
        /// The text.
        text: String,
        /// What is wrong.
        problem: String,
    },
    /// There is no such structure, or it has no body.
    #[error("building the expression: there is no structure \"{0}\" with a body")]
    Unknown(String),
    /// A margin of something that has no outline of its own.
    #[error("building the expression: a margin can be put around a structure or a union, not around \"{0}\"")]
    MarginOf(String),
    /// Margins around margins that add up to too much.
    #[error("building the expression: the margins add up to {0} mm, and more than 100 mm are not supported")]
    LargeMargin(f64),
    /// The structures do not fit together.
    #[error("building the expression: {0}")]
    Planes(#[from] geometry::DifferentPlanes),
}

impl std::str::FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        let failed = |problem: &str| ExpressionError::Form { text: text.to_owned(), problem: problem.to_owned() };
        let mut reader = Reader { rest: text.trim() };
        let expression = reader.expression().map_err(failed)?;
        if reader.rest.trim().is_empty() { Ok(expression) } else { Err(failed("something follows its end")) }
    }
}

/// Reads from the front of a text.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn expression(&mut self) -> Result<Expression, &'static str> {
        self.rest = self.rest.trim_start();
        for (word, operation) in [
            ("union(", Operation::Union),
            ("minus(", Operation::Minus),
            ("intersection(", Operation::Intersection),
        ] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return self.combined(operation);
            }
        }
        match self.rest.strip_prefix("margin(") {
            Some(rest) => {
                self.rest = rest;
                self.margin()
            }
            None => self.name().map(Expression::Structure),
        }
    }

    /// `A, B, …)`; more than two are combined from the left.
    fn combined(&mut self, operation: Operation) -> Result<Expression, &'static str> {
        let mut combined = self.expression()?;
        self.expect(',')?;
        loop {
            combined = Expression::Combined(operation, Box::new(combined), Box::new(self.expression()?));
            if self.expect(')').is_ok() {
                return Ok(combined);
            }
            self.expect(',')?;
        }
    }

    fn margin(&mut self) -> Result<Expression, &'static str> {
        let inner = self.expression()?;
        self.expect(',')?;
        let (number, rest) = self.rest.split_once(')').ok_or("a bracket is not closed")?;
        let number = number.trim().trim_end_matches("mm").trim_end();
        let margin = number.parse::<f64>().ok().filter(|margin| *margin > 0.0 && *margin <= LARGEST_MARGIN_MM);
        self.rest = rest;
        Ok(Expression::Margin(
            Box::new(inner),
            margin.ok_or("the margin is not a number of millimetres above 0 and up to 100")?,
        ))
    }

    fn name(&mut self) -> Result<String, &'static str> {
        let (name, rest) = if let Some(quoted) = self.rest.strip_prefix('"') {
            quoted.split_once('"').ok_or("a quote is not closed")?
        } else {
            let end = self.rest.find([',', '(', ')']).unwrap_or(self.rest.len());
            (self.rest[..end].trim_end(), &self.rest[end..])
        };
        if name.is_empty() {
            return Err("a name is missing");
        }
        let name = name.to_owned();
        self.rest = rest;
        Ok(name)
    }

    fn expect(&mut self, mark: char) -> Result<(), &'static str> {
        self.rest = self.rest.trim_start();
        self.rest = self.rest.strip_prefix(mark).ok_or("a comma or a closing bracket is missing")?;
        Ok(())
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Structure(name) if name.contains([',', '(', ')']) => write!(formatter, "\"{name}\""),
            Self::Structure(name) => formatter.write_str(name),
            Self::Combined(operation, first, second) => {
                let word = match operation {
                    Operation::Union => "union",
                    Operation::Minus => "minus",
                    Operation::Intersection => "intersection",
                };
                write!(formatter, "{word}({first}, {second})")
            }
            Self::Margin(inner, margin) => write!(formatter, "margin({inner}, {margin})"),
        }
    }
}

impl Expression {
    /// The structures it names.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Structure(name) => vec![name],
            Self::Combined(_, first, second) => [first.names(), second.names()].concat(),
            Self::Margin(inner, _) => inner.names(),
        }
    }

    /// Builds the body, and its alternatives from those of the structures.
    ///
    /// # Errors
    /// For a name without a body, for contours in different directions, and for a margin around anything but
    /// structures and their unions.
    pub fn build<'a>(&self, solid: &dyn Fn(&str) -> Option<&'a Solid>) -> Result<OrganBody, ExpressionError> {
        match self {
            Self::Structure(name) => {
                let solid = solid(name).ok_or_else(|| ExpressionError::Unknown(name.clone()))?;
                Ok(OrganBody::of(solid))
            }
            Self::Combined(operation, first, second) => {
                combine(first.build(solid)?, *operation, second.build(solid)?)
            }
            Self::Margin(inner, margin_mm) => match inner.as_ref() {
                Self::Structure(name) => {
                    let unknown = || ExpressionError::Unknown(name.clone());
                    let solid = solid(name).ok_or_else(unknown)?;
                    let grow = |solid: &Solid| Some(Arc::new(Margin::new(solid, *margin_mm)?) as Arc<dyn Body>);
                    let alternatives = solid.alternatives().iter().filter_map(grow).collect();
                    Ok(OrganBody {
                        body: grow(solid).ok_or(ExpressionError::LargeMargin(*margin_mm))?,
                        alternatives,
                    })
                }
                // What lies near a union lies near one of its parts.
                Self::Combined(Operation::Union, first, second) => {
                    let grown = |part: &Self| Box::new(Self::Margin(Box::new(part.clone()), *margin_mm));
                    Self::Combined(Operation::Union, grown(first), grown(second)).build(solid)
                }
                // A margin around a margin is a margin by both.
                Self::Margin(core, first_mm) => Self::Margin(core.clone(), first_mm + margin_mm).build(solid),
                Self::Combined(..) => Err(ExpressionError::MarginOf(inner.to_string())),
            },
        }
    }
}

impl OrganBody {
    /// A structure and the bodies that its contours could also mean.
    pub fn of(solid: &Solid) -> Self {
        let alternatives =
            solid.alternatives().into_iter().map(|solid| Arc::new(solid) as Arc<dyn Body>).collect();
        Self { body: Arc::new(solid.clone()), alternatives }
    }

    /// One of the alternatives, or the body itself where it has fewer.
    fn alternative(&self, index: usize) -> &Arc<dyn Body> {
        self.alternatives.get(index).unwrap_or(&self.body)
    }
}

fn combine(first: OrganBody, operation: Operation, second: OrganBody) -> Result<OrganBody, ExpressionError> {
    let combined = |a: &Arc<dyn Body>, b: &Arc<dyn Body>| {
        Combined::new(Arc::clone(a), operation, Arc::clone(b)).map(|body| Arc::new(body) as Arc<dyn Body>)
    };
    let n = first.alternatives.len().max(second.alternatives.len());
    let alternatives = (0..n).map(|index| combined(first.alternative(index), second.alternative(index)));
    let alternatives = alternatives.collect::<Result<_, _>>()?;
    Ok(OrganBody { body: combined(&first.body, &second.body)?, alternatives })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_survive_being_read_and_written() {
        for text in [
            "Cord",
            "union(Lung_L, Lung_R)",
            "minus(union(Lung_L, Lung_R), GTV 1)",
            "margin(SpinalCord, 3)",
            "intersection(\"PTV (old), 70\", Rectum)",
            "Lungs-PTV+5",
        ] {
            assert_eq!(text.parse::<Expression>().unwrap().to_string(), text);
        }
        assert_eq!("union(A, B, C)".parse::<Expression>().unwrap().to_string(), "union(union(A, B), C)");
        assert_eq!("margin(A, 5 mm)".parse::<Expression>(), "margin(A,5)".parse());
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in
            ["", "union(A)", "union(A, B", "margin(A)", "margin(A, -3)", "margin(A, x)", "union(A,,B)", "A) B"]
        {
            assert!(text.parse::<Expression>().is_err(), "{text}");
        }
    }
}
