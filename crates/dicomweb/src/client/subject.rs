//! What is asked for.

use super::ClientError;
use super::answer::is_uid;

/// A study, a series of it, or an instance of that, by UID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    study: String,
    series: Option<String>,
    instance: Option<String>,
}

impl Subject {
    /// A study.
    pub fn study(study: &str) -> Self {
        Self { study: study.to_owned(), series: None, instance: None }
    }

    /// A series of a study.
    pub fn series(study: &str, series: &str) -> Self {
        Self { series: Some(series.to_owned()), ..Self::study(study) }
    }

    /// An instance of a series.
    pub fn instance(study: &str, series: &str, instance: &str) -> Self {
        Self { instance: Some(instance.to_owned()), ..Self::series(study, series) }
    }

    /// Its address below that of the service.
    pub(super) fn path(&self) -> Result<String, ClientError> {
        let steps = [
            ("studies", Some(&self.study)),
            ("series", self.series.as_ref()),
            ("instances", self.instance.as_ref()),
        ];
        let mut path = String::new();
        for (name, uid) in steps {
            match uid {
                Some(uid) if is_uid(uid) => path.push_str(&format!("/{name}/{uid}")),
                // What is no UID would ask for something else.
                Some(_) => return Err(ClientError::Address),
                None => break,
            }
        }
        Ok(path)
    }
}
