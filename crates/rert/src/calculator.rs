//! `rert eqd2`: the calculator.

use clap::{Args, ValueEnum};
use radiobiology::{AbsorbedDose, AlphaBeta, LinearQuadraticLinear, Model, NumberOfFractions};
use serde_json::json;

use crate::failure::Failure;
use crate::print;

/// Convert a dose to BED and EQD2.
#[derive(Args)]
pub struct Eqd2Arguments {
    /// Total dose in gray.
    #[arg(long, value_name = "GY")]
    dose: f64,
    /// Number of fractions.
    #[arg(long, value_name = "N")]
    fractions: i64,
    /// α/β in gray.
    #[arg(long, value_name = "GY")]
    alpha_beta: f64,
    /// Model.
    #[arg(long, value_enum, default_value = "lq")]
    model: ModelName,
    /// Transition dose per fraction in gray, for lq-l.
    #[arg(long, value_name = "GY")]
    transition: Option<f64>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum ModelName {
    /// Linear-quadratic.
    Lq,
    /// Linear-quadratic-linear.
    LqL,
}

/// Computes and prints.
pub fn run(arguments: &Eqd2Arguments) -> Result<(), Failure> {
    let usage = |error: &dyn std::fmt::Display| Failure::Usage(format!("converting a dose to EQD2: {error}"));
    let alpha_beta = AlphaBeta::new(arguments.alpha_beta).map_err(|error| usage(&error))?;
    let dose = AbsorbedDose::new(arguments.dose).map_err(|error| usage(&error))?;
    let fractions = NumberOfFractions::new(arguments.fractions).map_err(|error| usage(&error))?;
    let model = match (arguments.model, arguments.transition) {
        (ModelName::Lq, None) => Model::linear_quadratic(alpha_beta),
        (ModelName::Lq, Some(_)) => return Err(usage(&"--transition belongs to --model lq-l")),
        (ModelName::LqL, None) => {
            return Err(usage(&"--model lq-l needs --transition, which has no safe default"));
        }
        (ModelName::LqL, Some(transition)) => Model::LinearQuadraticLinear(
            LinearQuadraticLinear::new(alpha_beta, transition).map_err(|error| usage(&error))?,
        ),
    };
    let bed = model.bed(dose, fractions).map_err(|error| usage(&error))?;
    let eqd2 = bed.to_eqd2();
    if arguments.json {
        let document = json!({
            "dose_gy": dose.gy(), "fractions": fractions.get(), "alpha_beta_gy": alpha_beta.gy(),
            "model": model.name(), "transition_gy": arguments.transition,
            "bed_gy": bed.gy(), "eqd2_gy": eqd2.gy(),
        });
        print(&document.to_string());
    } else {
        print(&format!(
            "{} Gy in {} fractions, {alpha_beta}, model {}: BED {:.4} Gy, EQD2 {:.4} Gy",
            dose.gy(),
            fractions.get(),
            model.name(),
            bed.gy(),
            eqd2.gy()
        ));
    }
    Ok(())
}
