//! The endpoint, asked without a socket.

mod filters;
mod fleets;
mod lifecycle;
mod model;
mod networks;
mod protocol;
mod recording;
mod templates;

use ec2sim::{
    endpoint::{HttpAnswer, HttpRequest, Mode, Options, Realms, answer},
    time::SimDuration,
};
use quick_xml::{Reader, events::Event};

/// Amazon Linux 2023, by its public parameter.
pub(crate) const AL2023: &str =
    "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

/// An element of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
}

impl Node {
    pub(crate) fn parse(body: &[u8]) -> Self {
        let text = std::str::from_utf8(body).unwrap();
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => open.push(Self::named(start.name().as_ref())),
                Event::Empty(empty) => {
                    let node = Self::named(empty.name().as_ref());
                    open.last_mut().unwrap().children.push(node);
                }
                Event::End(_) => {
                    let node = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(node);
                }
                Event::Text(text) => open
                    .last_mut()
                    .unwrap()
                    .text
                    .push_str(&text.decode().unwrap()),
                Event::GeneralRef(entity) => {
                    let entity = entity.decode().unwrap();
                    let letter = quick_xml::escape::unescape(&format!("&{entity};"))
                        .unwrap()
                        .into_owned();
                    open.last_mut().unwrap().text.push_str(&letter);
                }
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        open.pop().unwrap().children.pop().unwrap_or_default()
    }

    fn named(name: &[u8]) -> Self {
        Self {
            name: String::from_utf8(name.to_vec()).unwrap(),
            ..Self::default()
        }
    }

    /// The elements at a path.
    pub(crate) fn at(&self, path: &str) -> Vec<&Node> {
        path.split('/').fold(vec![self], |nodes, name| {
            nodes
                .into_iter()
                .flat_map(|node| node.children.iter().filter(|child| child.name == *name))
                .collect()
        })
    }

    /// Their texts.
    pub(crate) fn texts(&self, path: &str) -> Vec<&str> {
        self.at(path).into_iter().map(|node| &*node.text).collect()
    }

    /// The text of the one that is there.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> &str {
        match self.texts(path).as_slice() {
            [one] => one,
            found => panic!("{path} stands {} times in {self:#?}", found.len()),
        }
    }
}

/// A client of an endpoint of its own.
pub(crate) struct Client {
    pub(crate) realms: Realms,
    region: &'static str,
    key: &'static str,
}

/// What a client got.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) node: Node,
    pub(crate) answer: HttpAnswer,
}

impl Got {
    #[track_caller]
    pub(crate) fn ok(self) -> Node {
        assert_eq!(
            self.status,
            200,
            "{}",
            String::from_utf8_lossy(&self.answer.body)
        );
        self.node
    }

    /// The code and the text of a refusal.
    #[track_caller]
    pub(crate) fn refused(&self) -> (&str, &str) {
        assert_ne!(
            self.status,
            200,
            "{}",
            String::from_utf8_lossy(&self.answer.body)
        );
        let error = "Errors/Error";
        (
            self.node.text(&format!("{error}/Code")),
            self.node.text(&format!("{error}/Message")),
        )
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        Self {
            realms: Realms::new(options),
            region: "us-east-1",
            key: "AKIAEXAMPLE",
        }
    }

    pub(crate) fn with_clock(mode: Mode) -> Self {
        Self::with(Options {
            mode,
            ..Options::default()
        })
    }

    pub(crate) fn call(&mut self, action: &str, parameters: &[(&str, &str)]) -> Got {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("Action", action)
            .append_pair("Version", "2016-11-15");
        for (name, value) in parameters {
            body.append_pair(name, value);
        }
        self.send(body.finish().as_bytes())
    }

    pub(crate) fn send(&mut self, body: &[u8]) -> Got {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={}/20261128/{}/ec2/aws4_request, SignedHeaders=host, Signature=0",
            self.key, self.region
        );
        let answer = answer(
            &mut self.realms,
            &HttpRequest {
                method: "POST",
                path: "/",
                query: "",
                headers: &[("authorization", &scope)],
                body,
            },
        );
        Got {
            status: answer.status,
            node: Node::parse(&answer.body),
            answer,
        }
    }

    /// Launches one instance, and gives its id.
    pub(crate) fn launch(&mut self, instance_type: &str, more: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("ImageId", AL2023),
            ("InstanceType", instance_type),
            ("MinCount", "1"),
            ("MaxCount", "1"),
        ];
        parameters.extend(more);
        let node = self.call("RunInstances", &parameters).ok();
        node.text("instancesSet/item/instanceId").to_owned()
    }

    pub(crate) fn advance(&mut self, by: SimDuration) {
        let realm = self.realms.of_key(Some(self.key));
        realm.advance_to(realm.now() + by);
    }

    pub(crate) fn settle(&mut self) {
        assert!(self.realms.of_key(Some(self.key)).settle_until(None));
    }

    /// What `DescribeInstances` tells of one instance.
    pub(crate) fn instance(&mut self, id: &str) -> Node {
        let node = self.call("DescribeInstances", &[("InstanceId.1", id)]).ok();
        let found = node.at("reservationSet/item/instancesSet/item");
        assert_eq!(found.len(), 1);
        found[0].clone()
    }

    pub(crate) fn state(&mut self, id: &str) -> String {
        self.instance(id).text("instanceState/name").to_owned()
    }
}
