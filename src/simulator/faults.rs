//! What goes wrong on purpose: error codes, HTTP statuses, late, cut and garbled answers, per command and room.
//!
//! Must not: answer. It says which fault a call meets; `http` carries it out.

use super::command::SimCommand;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::Deserialize;
use std::time::Duration;

/// A fault as `POST /_control/faults` takes it: exactly one of the five kinds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    /// A command's name; all commands when absent. `get_room_statistic` is `get_room_stats`.
    pub command: Option<String>,
    /// A RoomId; all rooms, and calls without one, when absent.
    pub room: Option<String>,
    pub error_code: Option<i64>,
    pub http_status: Option<u16>,
    pub delay_ms: Option<u64>,
    pub cut: Option<bool>,
    pub garbage: Option<bool>,
    /// From 0 to 1; 1 when absent.
    pub probability: Option<f64>,
    /// How many calls it meets; without end when absent.
    pub count: Option<u64>,
}

/// What a fault does to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The envelope with this code; 60007 before the limit, other gateway codes before the signature.
    Code(i64),
    /// This HTTP status and no envelope.
    Status(u16),
    /// The command takes effect and the answer comes this much later.
    Delay(Duration),
    /// The command takes effect and the connection is cut in the middle of the answer.
    Cut,
    /// The command takes effect and the body is not its envelope; the number picks which nonsense.
    Garbage(u64),
}

/// Why a fault was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    #[error("a fault has exactly one of error_code, http_status, delay_ms, cut and garbage; this one has {0}")]
    Kinds(usize),
    #[error("no command is called {0:?}")]
    Command(String),
    #[error("probability goes from 0 to 1")]
    Probability,
    #[error("error_code 0 is no fault")]
    CodeZero,
    #[error("{0} is not an HTTP status from 200 to 599")]
    Status(u16),
}

#[derive(Debug)]
struct Fault {
    id: u64,
    command: Option<SimCommand>,
    room: Option<String>,
    kind: FaultKind,
    probability: f64,
    left: Option<u64>,
}

/// All faults in force.
#[derive(Debug)]
pub struct Faults {
    list: Vec<Fault>,
    next_id: u64,
    garbled: u64,
    rng: StdRng,
}

/// What one call meets after the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultOutcome {
    /// All delays that apply, together.
    pub delay: Duration,
    /// The first other fault that applies.
    pub kind: Option<FaultKind>,
}

impl Faults {
    pub fn new(seed: u64) -> Self {
        Self { list: Vec::new(), next_id: 1, garbled: 0, rng: StdRng::seed_from_u64(seed) }
    }

    /// Adds one and returns its number, for [`Self::remove`].
    ///
    /// # Errors
    /// When `spec` has not exactly one kind, an unknown command or an impossible value.
    pub fn add(&mut self, spec: &FaultSpec) -> Result<u64, FaultError> {
        let kinds: Vec<FaultKind> = [
            spec.error_code.map(FaultKind::Code),
            spec.http_status.map(FaultKind::Status),
            spec.delay_ms.map(|millis| FaultKind::Delay(Duration::from_millis(millis))),
            spec.cut.filter(|&cut| cut).map(|_| FaultKind::Cut),
            spec.garbage.filter(|&garbage| garbage).map(|_| FaultKind::Garbage(0)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let &[kind] = kinds.as_slice() else { return Err(FaultError::Kinds(kinds.len())) };
        match kind {
            FaultKind::Code(0) => return Err(FaultError::CodeZero),
            FaultKind::Status(status) if !(200..600).contains(&status) => return Err(FaultError::Status(status)),
            _ => {}
        }
        let command = match &spec.command {
            Some(name) => Some(SimCommand::from_name(name).ok_or_else(|| FaultError::Command(name.clone()))?),
            None => None,
        };
        let probability = spec.probability.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&probability) {
            return Err(FaultError::Probability);
        }
        let id = self.next_id;
        self.next_id += 1;
        self.list.push(Fault { id, command, room: spec.room.clone(), kind, probability, left: spec.count });
        Ok(id)
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.list.len()
    }

    pub fn remove(&mut self, id: u64) {
        self.list.retain(|fault| fault.id != id);
    }

    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// Whether a fault refuses the call for its frequency (60007), before the limit is looked at.
    pub fn refuses(&mut self, command: SimCommand, room: Option<&str>) -> bool {
        self.meet(command, room, |kind| kind == FaultKind::Code(60007)).kind.is_some()
    }

    /// What the call meets after the limit.
    pub fn outcome_of(&mut self, command: SimCommand, room: Option<&str>) -> FaultOutcome {
        let mut outcome = self.meet(command, room, |kind| kind != FaultKind::Code(60007));
        if let Some(FaultKind::Garbage(which)) = &mut outcome.kind {
            *which = self.garbled;
            self.garbled += 1;
        }
        outcome
    }

    fn meet(&mut self, command: SimCommand, room: Option<&str>, wanted: impl Fn(FaultKind) -> bool) -> FaultOutcome {
        let mut outcome = FaultOutcome::default();
        for fault in &mut self.list {
            let meant = wanted(fault.kind)
                && fault.command.is_none_or(|only| only == command)
                && fault.room.as_deref().is_none_or(|only| Some(only) == room)
                && fault.left != Some(0);
            if !meant || (outcome.kind.is_some() && !matches!(fault.kind, FaultKind::Delay(_))) {
                continue;
            }
            if fault.probability < 1.0 && !self.rng.random_bool(fault.probability) {
                continue;
            }
            if let Some(left) = &mut fault.left {
                *left -= 1;
            }
            match fault.kind {
                FaultKind::Delay(by) => outcome.delay = outcome.delay.saturating_add(by),
                kind => outcome.kind = Some(kind),
            }
        }
        self.list.retain(|fault| fault.left != Some(0));
        outcome
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn spec(json: &str) -> FaultSpec {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_fault_has_one_kind_and_possible_values() {
        let mut faults = Faults::new(1);
        assert_eq!(faults.add(&spec("{}")), Err(FaultError::Kinds(0)));
        assert_eq!(faults.add(&spec(r#"{"cut":false}"#)), Err(FaultError::Kinds(0)));
        assert_eq!(faults.add(&spec(r#"{"cut":true,"delay_ms":1}"#)), Err(FaultError::Kinds(2)));
        assert_eq!(faults.add(&spec(r#"{"error_code":0}"#)), Err(FaultError::CodeZero));
        assert_eq!(faults.add(&spec(r#"{"http_status":99}"#)), Err(FaultError::Status(99)));
        assert_eq!(faults.add(&spec(r#"{"cut":true,"probability":1.5}"#)), Err(FaultError::Probability));
        assert!(matches!(faults.add(&spec(r#"{"cut":true,"command":"x"}"#)), Err(FaultError::Command(_))));
        assert!(serde_json::from_str::<FaultSpec>(r#"{"errorcode":1}"#).is_err());
    }

    #[test]
    fn command_room_and_count_narrow_it() {
        let mut faults = Faults::new(1);
        faults.add(&spec(r#"{"command":"get_room_statistic","room":"a","error_code":100004,"count":2}"#)).unwrap();
        let code = Some(FaultKind::Code(100_004));
        assert_eq!(faults.outcome_of(SimCommand::Stats, Some("b")).kind, None);
        assert_eq!(faults.outcome_of(SimCommand::Info, Some("a")).kind, None);
        assert_eq!(faults.outcome_of(SimCommand::Stats, Some("a")).kind, code);
        assert_eq!(faults.outcome_of(SimCommand::Stats, Some("a")).kind, code);
        assert_eq!(faults.outcome_of(SimCommand::Stats, Some("a")).kind, None);
    }

    #[test]
    fn frequency_is_refused_before_the_limit_and_delays_add_up() {
        let mut faults = Faults::new(1);
        let id = faults.add(&spec(r#"{"error_code":60007}"#)).unwrap();
        assert!(faults.refuses(SimCommand::List, None));
        assert_eq!(faults.outcome_of(SimCommand::List, None), FaultOutcome::default());
        faults.remove(id);
        assert!(!faults.refuses(SimCommand::List, None));
        faults.add(&spec(r#"{"delay_ms":20}"#)).unwrap();
        faults.add(&spec(r#"{"cut":true}"#)).unwrap();
        faults.add(&spec(r#"{"delay_ms":5}"#)).unwrap();
        let outcome = faults.outcome_of(SimCommand::List, None);
        assert_eq!((outcome.delay, outcome.kind), (Duration::from_millis(25), Some(FaultKind::Cut)));
        faults.clear();
        assert_eq!(faults.outcome_of(SimCommand::List, None), FaultOutcome::default());
    }

    #[test]
    fn probability_is_kept_to_and_repeats_with_the_seed() {
        let outcome = |seed| {
            let mut faults = Faults::new(seed);
            faults.add(&spec(r#"{"http_status":502,"probability":0.25}"#)).unwrap();
            (0..1000).map(|_| faults.outcome_of(SimCommand::Stats, None).kind.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(outcome(7), outcome(7));
        assert!((150..350).contains(&outcome(7).into_iter().filter(|&hit| hit).count()));
    }
}
