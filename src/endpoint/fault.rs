//! Why a request is refused: EC2's code and text, and the status that goes with them.

use std::borrow::Cow;

use crate::lifecycle::{ApiError, ErrorCode};

/// A refusal, as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// EC2's code.
    pub(crate) code: Cow<'static, str>,
    /// EC2's text.
    pub(crate) message: String,
    /// What isn't simulated, said beside it.
    pub(crate) note: Option<String>,
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            note: None,
        }
    }

    /// `InvalidParameterValue`, the most common one.
    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValue", message)
    }

    /// A parameter isn't there that has to be; EC2 spells it with a small letter.
    pub(crate) fn missing(parameter: &str) -> Self {
        let mut letters = parameter.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        let small: String = first.into_iter().chain(letters).collect();
        Self::new(
            "MissingParameter",
            format!("The request must contain the parameter {small}"),
        )
    }

    /// Something of EC2's isn't simulated, and is said to be so.
    pub(crate) fn unsimulated(what: &str, action: &str) -> Self {
        Self::new(
            "UnsupportedOperation",
            format!("ec2sim does not simulate {what} of {action}."),
        )
    }

    /// The status (`REQ-ERROR-CLASS`): what the client asked for is wrong, or EC2 couldn't do it.
    pub(crate) fn status(&self) -> u16 {
        match &*self.code {
            "InsufficientInstanceCapacity"
            | "InsufficientHostCapacity"
            | "InsufficientReservedInstanceCapacity"
            | "InsufficientCapacity"
            | "InternalError"
            | "InternalFailure" => 500,
            "DryRunOperation" => 412,
            "RequestLimitExceeded" | "Unavailable" | "ServiceUnavailable" => 503,
            _ => 400,
        }
    }
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        // EC2 has no word for what has no price here.
        if error.code == ErrorCode::SimulatorNoPrice {
            let message = format!("{} The option --prices gives one.", error.message);
            return Self::new("UnsupportedOperation", message);
        }
        Self::new(error.code.name(), error.message)
    }
}
