//! `GetCallerIdentity`, which many tools call first. Nothing else of STS is here.

use super::{
    fault::Fault,
    request::Query,
    xml::{Out as _, Xml},
};

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Answers a request of the protocol of STS.
pub(super) fn answer(account: &str, query: &Query<'_>, request_id: &str) -> Result<Vec<u8>, Fault> {
    match query.action() {
        Some("GetCallerIdentity") => {}
        Some(other) => {
            return Err(Fault::new(
                "InvalidAction",
                format!("Could not find operation {other} for version 2011-06-15"),
            ));
        }
        None => {
            return Err(Fault::new(
                "MissingAction",
                "The request must contain the parameter Action",
            ));
        }
    }
    let mut xml = Xml::new();
    xml.open_in("GetCallerIdentityResponse", NAMESPACE);
    xml.within("GetCallerIdentityResult", |xml| {
        xml.text("Arn", &user(account));
        xml.text("UserId", "AIDA0EC2SIM0000000000");
        xml.text("Account", account);
    });
    xml.within("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    xml.close_named("GetCallerIdentityResponse");
    Ok(xml.into_bytes())
}

/// The user whose every request of an account is.
pub(crate) fn user(account: &str) -> String {
    format!("arn:aws:iam::{account}:user/ec2sim")
}

/// A refusal in that protocol.
pub(super) fn error(code: &str, message: &str, request_id: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.within("ErrorResponse", |xml| {
        xml.within("Error", |xml| {
            xml.text("Type", "Sender");
            xml.text("Code", code);
            xml.text("Message", message);
        });
        xml.text("RequestId", request_id);
    });
    xml.into_bytes()
}
