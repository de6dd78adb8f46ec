//! What a `case.toml` cannot mean: numbers out of range, and statements that contradict each other.

use super::{PlanSettings, Settings, SettingsError};

impl Settings {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        for plan in &self.plans {
            let positive = "a positive number is needed";
            for (what, value) in
                [("fractions_planned", plan.fractions_planned), ("fractions_delivered", plan.fractions_delivered)]
            {
                check_range(what, &plan.plan, value.map(|n| n as f64), 1.0..1e4, "at least 1 is needed")?;
            }
            check_range("rbe", &plan.plan, plan.rbe, 0.1..10.0, positive)?;
            let per_day = plan.fractions_per_day.map(f64::from);
            check_range("fractions_per_day", &plan.plan, per_day, 1.0..13.0, "1 to 12 a day are possible")?;
            check_range(
                "hours_between",
                &plan.plan,
                plan.hours_between,
                0.01..24.0,
                "less than a day is possible",
            )?;
            plan.check_pairs()?;
        }
        for structure in &self.structures {
            let name = &structure.name;
            check_range(
                "alpha_beta_gy",
                name,
                structure.alpha_beta_gy,
                0.01..1e3,
                "a positive number of Gy is needed",
            )?;
            for (what, value) in [
                ("recovery", structure.recovery),
                ("recovery_low", structure.recovery_low),
                ("recovery_high", structure.recovery_high),
            ] {
                check_range(what, name, value, 0.0..1.0, "a fraction from 0 to below 1 is needed")?;
            }
            let hours = structure.repair_half_time_hours;
            check_range("repair_half_time_hours", name, hours, 0.01..200.0, "0.01 to below 200 h is possible")?;
            for (what, value) in [
                ("alpha_beta_low_gy", structure.alpha_beta_low_gy),
                ("alpha_beta_high_gy", structure.alpha_beta_high_gy),
            ] {
                check_range(what, name, value, 0.01..1e3, "a positive number of Gy is needed")?;
            }
        }
        self.check_candidates()?;
        self.check_registration()?;
        self.check_prior_courses()?;
        self.check_uncertainty_and_budget()?;
        self.check_board()?;
        self.check_confirmed_names()?;
        let isodose = self.irradiated_volume.isodose_percent;
        check_range("isodose_percent", "irradiated_volume", isodose, 1.0..100.0, "1 to below 100 is needed")
    }

    fn check_board(&self) -> Result<(), SettingsError> {
        for (question, stated) in &self.board {
            for (what, text) in [("answer", &stated.answer), ("by", &stated.by)] {
                if text.trim().is_empty() {
                    return Err(SettingsError::Unsigned { what, question: question.clone() });
                }
            }
        }
        Ok(())
    }

    fn check_confirmed_names(&self) -> Result<(), SettingsError> {
        let contradiction = |problem: String| Err(SettingsError::Contradiction(problem));
        for (index, confirmed) in self.confirmed_names.iter().enumerate() {
            let drawn = &confirmed.drawn;
            let texts = [drawn, &confirmed.standard_name, &confirmed.by].into_iter().chain(&confirmed.centres);
            if confirmed.centres.is_empty() || texts.into_iter().any(|text| text.trim().is_empty()) {
                return contradiction(format!(
                    "[[confirmed_name]] \"{drawn}\" needs drawn, standard_name, centres and by, none of them empty"
                ));
            }
            if self.confirmed_names[..index].iter().any(|earlier| earlier.drawn == *drawn) {
                return contradiction(format!("[[confirmed_name]] says more than once what \"{drawn}\" means"));
            }
        }
        Ok(())
    }

    fn check_registration(&self) -> Result<(), SettingsError> {
        let Some(registration) = &self.registration else { return Ok(()) };
        let margin = registration.margin_mm;
        check_range("margin_mm", "registration", margin, 0.0..30.0, "0 to below 30 mm is possible")?;
        if (registration.choice.as_deref() == Some("by-hand")) != registration.by_hand.is_some() {
            let message = "[registration] use = \"by-hand\" and [registration.by_hand] belong together";
            return Err(SettingsError::Contradiction(message.to_owned()));
        }
        let within = "a place or a shift within a patient is needed";
        if let Some(by_hand) = &registration.by_hand {
            for degrees in by_hand.rotation_deg {
                check_range("rotation_deg", "by_hand", Some(degrees), -180.0..180.1, "-180 to 180 is possible")?;
            }
            for mm in by_hand.translation_mm.into_iter().chain(by_hand.centre_mm) {
                check_range("translation_mm or centre_mm", "by_hand", Some(mm), -1e4..1e4, within)?;
            }
        }
        for landmark in &registration.landmarks {
            for mm in landmark.fixed_mm.into_iter().chain(landmark.moving_mm) {
                check_range("fixed_mm or moving_mm", &landmark.name, Some(mm), -1e4..1e4, within)?;
            }
        }
        Ok(())
    }
}

impl PlanSettings {
    /// Lines that mean nothing without each other.
    fn check_pairs(&self) -> Result<(), SettingsError> {
        let contradiction =
            |problem: &str| Err(SettingsError::Contradiction(format!("the plan \"{}\" {problem}", self.plan)));
        let several = self.fractions_per_day.is_some_and(|n| n > 1);
        if several != self.hours_between.is_some() {
            return contradiction("needs both fractions_per_day, more than one, and hours_between, or neither");
        }
        let day = f64::from(self.fractions_per_day.unwrap_or(1)) * self.hours_between.unwrap_or(0.0);
        if day > 24.0 {
            return contradiction("has more fractions a day than the hours between them leave room for");
        }
        if self.rbe_model.is_some() != self.let_grid.is_some() {
            return contradiction("needs both rbe_model and let_grid, or neither");
        }
        Ok(())
    }
}

impl Settings {
    fn check_candidates(&self) -> Result<(), SettingsError> {
        let contradiction = |problem: String| Err(SettingsError::Contradiction(problem));
        for (index, candidate) in self.candidates.iter().enumerate() {
            let name = &candidate.name;
            if self.candidates[..index].iter().any(|other| other.name == *name) {
                return contradiction(format!("two candidates are named \"{name}\""));
            }
            if candidate.plans.is_empty() {
                return contradiction(format!("the candidate \"{name}\" has no plans"));
            }
        }
        match &self.case.candidate {
            Some(name) if self.candidate().is_none() => contradiction(format!(
                "the candidate \"{name}\" is to be assessed and is not among the candidates"
            )),
            Some(_) | None if self.candidates.is_empty() || self.case.current_course.is_none() => Ok(()),
            _ => contradiction(
                "current_course is stated beside candidates, which are the current course".to_owned(),
            ),
        }
    }

    fn check_prior_courses(&self) -> Result<(), SettingsError> {
        for course in &self.prior_courses {
            let label = &course.label;
            let some = "a positive number is needed";
            check_range(
                "fractions",
                label,
                Some(course.fractions as f64),
                1.0..201.0,
                "1 to 200 fractions are possible",
            )?;
            check_range("prescription_gy", label, Some(course.prescription_gy), 0.01..1e3, some)?;
            let several = course.fractions_per_day.is_some_and(|n| n > 1);
            if several != course.hours_between.is_some() {
                let problem = format!(
                    "the prior course \"{label}\" needs both fractions_per_day, more than one, and hours_between, or neither"
                );
                return Err(SettingsError::Contradiction(problem));
            }
            check_range("hours_between", label, course.hours_between, 0.01..24.0, "less than a day is possible")?;
            let highest = "at least 100 % of the prescription is needed, and below 1000 %";
            check_range("highest_percent", label, Some(course.highest_percent), 100.0..1000.0, highest)?;
            if let Some(treated) = &course.treated {
                check_range(
                    "margin_mm",
                    label,
                    Some(treated.margin_mm),
                    0.0..500.0,
                    "0 to below 500 mm is possible",
                )?;
                let beyond = Some(treated.beyond_percent);
                check_range(
                    "beyond_percent",
                    label,
                    beyond,
                    0.0..1000.0,
                    "a percent of the prescription is needed",
                )?;
            }
            if course.end_date.zip(course.start_date).is_some_and(|(end, start)| end < start) {
                return Err(SettingsError::Contradiction(format!(
                    "the prior course \"{label}\" ends before it begins"
                )));
            }
            for (index, organ) in course.organs.iter().enumerate() {
                let stated = [organ.at_least_gy, organ.at_most_gy, organ.mean_gy, organ.lowest_gy()];
                let of_dvh = organ.dvh.iter().filter(|[_, percent]| *percent > 0.0).map(|[gy, _]| *gy);
                if stated.into_iter().flatten().chain(of_dvh).fold(0.0, f64::max) > course.highest_gy() {
                    let problem = format!(
                        "a dose to \"{}\" lies above the highest plausible dose of \"{label}\"",
                        organ.structure
                    );
                    return Err(SettingsError::Contradiction(problem));
                }
                if let Some(problem) = organ.problem() {
                    let problem = format!("what \"{label}\" gave to \"{}\": {problem}", organ.structure);
                    return Err(SettingsError::Contradiction(problem));
                }
                if course.organs[..index].iter().any(|other| other.structure == organ.structure) {
                    let problem =
                        format!("the prior course \"{label}\" states doses to \"{}\" twice", organ.structure);
                    return Err(SettingsError::Contradiction(problem));
                }
                for (what, gy) in [("at_least_gy", organ.at_least_gy), ("mean_gy", organ.mean_gy)] {
                    check_range(what, &organ.structure, gy, 0.0..1e3, "a dose in Gy is needed")?;
                }
                let above = organ.at_least_gy.unwrap_or(0.0)..1e3;
                check_range(
                    "at_most_gy",
                    &organ.structure,
                    organ.at_most_gy,
                    above,
                    "at least at_least_gy is needed",
                )?;
            }
        }
        Ok(())
    }

    fn check_uncertainty_and_budget(&self) -> Result<(), SettingsError> {
        let (doubt, budget) = (&self.uncertainty, &self.budget);
        let some = "a positive number is needed";
        check_range(
            "registration_mm",
            "uncertainty",
            doubt.registration_mm,
            0.0..100.0,
            "0 to below 100 mm is possible",
        )?;
        check_range(
            "correlation_mm",
            "uncertainty",
            doubt.correlation_mm,
            1.0..500.0,
            "1 to below 500 mm is possible",
        )?;
        let percent = doubt.dose_calculation_percent;
        check_range("dose_calculation_percent", "uncertainty", percent, 0.0..50.0, "0 to below 50 % is possible")?;
        let draws = doubt.draws.map(f64::from);
        check_range("draws", "uncertainty", draws, 20.0..10_001.0, "20 to 10000 draws are possible")?;
        for fractions in &budget.fractions {
            check_range(
                "fractions",
                "budget",
                Some(f64::from(*fractions)),
                1.0..201.0,
                "1 to 200 fractions are possible",
            )?;
        }
        check_range("prescription_gy", "budget", budget.prescription_gy, 0.01..1e3, some)?;
        check_range("transition_gy", "budget", budget.transition_gy, 1.0..30.0, "1 to below 30 Gy is possible")
    }
}

fn check_range(
    what: &'static str,
    subject: &str,
    value: Option<f64>,
    range: std::ops::Range<f64>,
    allowed: &'static str,
) -> Result<(), SettingsError> {
    match value {
        Some(value) if !range.contains(&value) => {
            Err(SettingsError::Range { what, subject: subject.to_owned(), value, allowed })
        }
        _ => Ok(()),
    }
}
