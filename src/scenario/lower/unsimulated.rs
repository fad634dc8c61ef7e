//! What the language knows and the simulator doesn't do yet. It is read like everything else, so that its other mistakes
//! are told as well; and it is never passed over in silence.

use super::{
    super::{
        Code,
        keys::{
            ACCOUNT, CAPACITY, CPU, IMAGE_OF, INTERRUPTION, MARKET, MARKET_OPTIONS, MONITORING,
            SIMPLE, SNAPSHOT, SPOT, STATUS, TENANCY, TRANSFER,
        },
        shape::{Field, Fields},
        tree::{Kind, Node},
        value,
    },
    Lower,
};

impl Lower<'_> {
    /// `account`.
    pub(super) fn account(&mut self, field: Field<'_, '_>) {
        if let Some(fields) = self.reader.fields(field.value, &ACCOUNT, "a mapping") {
            for one in fields.iter() {
                match one.key.name {
                    "vcpu-quota" | "eip-quota" => {
                        self.reader.whole(one.value, 0, u64::MAX);
                    }
                    "free-tier" => {
                        self.reader.flag(one.value);
                    }
                    _ => {
                        self.reader.items(one.value, "a list");
                    }
                }
            }
        }
        self.reader.not_simulated(field.at, "`account`");
    }

    /// A key of an instance or of `modify`, of which some values are the plain case and others aren't simulated.
    pub(super) fn unsimulated_key(&mut self, field: Field<'_, '_>) {
        let node = field.value;
        let what = match field.key.name {
            "tenancy" => match self.reader.word(node, TENANCY, "a tenancy") {
                None | Some("default") => return,
                Some(other) => format!("`tenancy: {other}`"),
            },
            "monitoring" => match self.reader.word(node, MONITORING, "a kind of monitoring") {
                None | Some("no" | "false" | "basic" | "disabled") => return,
                Some(_) => "detailed monitoring".to_owned(),
            },
            "market" => match self.market(node) {
                Some(true) => "a Spot Instance".to_owned(),
                Some(false) | None => return,
            },
            "affinity" => match self.reader.word(node, &["default", "host"], "an affinity") {
                Some(_) => "`affinity`".to_owned(),
                None => return,
            },
            name => {
                if matches!(node.kind, Kind::Null) || self.reader.text(node, "a name").is_none() {
                    return;
                }
                format!("`{name}`")
            }
        };
        self.reader.not_simulated(field.at, &what);
    }

    /// Whether an instance is bought as a Spot Instance.
    fn market(&mut self, node: &Node<'_>) -> Option<bool> {
        let Kind::Map(_) = node.kind else {
            let word = self.reader.word(node, MARKET, "a market")?;
            return Some(word == "spot");
        };
        let fields = self.reader.fields(node, &MARKET_OPTIONS, "a market")?;
        let spot = fields.get("spot")?;
        if matches!(spot.kind, Kind::Null) {
            return Some(true);
        }
        let options = self.reader.fields(spot, &SPOT, "a mapping of options")?;
        for option in options.iter() {
            match option.key.name {
                "interruption" => {
                    self.reader
                        .word(option.value, INTERRUPTION, "an effect of an interruption");
                }
                "persistent" => {
                    self.reader.flag(option.value);
                }
                _ => {
                    self.reader.amount(option.value);
                }
            }
        }
        Some(true)
    }

    /// An action that isn't simulated.
    pub(super) fn unsimulated_action(&mut self, field: Field<'_, '_>) {
        match field.key.name {
            "create-snapshot" => {
                let known = self.long_or_short(field, &SNAPSHOT, "volume");
                if let Some(node) = known.0 {
                    self.volume_target(node);
                }
                self.texts(known.1.as_ref(), &["snapshot"]);
            }
            "create-image" => {
                let known = self.long_or_short(field, &IMAGE_OF, "instance");
                if let Some(whom) = known.0.and_then(|node| self.whom_at(node)) {
                    self.acted_on(&whom);
                }
                self.texts(known.1.as_ref(), &["image"]);
                self.option(known.1.as_ref(), "no-reboot");
            }
            "transfer" => {
                let options = self.named_instances(field, &TRANSFER);
                if let Some(node) = options.as_ref().and_then(|options| options.get("to")) {
                    let words = &["internet", "zone", "region"];
                    self.reader.word(node, words, "a destination for data");
                }
                let amount = self.needed(field, options.as_ref(), "amount", "12GiB");
                if let Some(node) = amount {
                    let what = "an amount of data";
                    self.reader
                        .parsed(node, Code::BadSize, what, value::data_amount);
                }
            }
            "cpu" => {
                let options = self.named_instances(field, &CPU);
                if let Some(node) = self.needed(field, options.as_ref(), "percent", "80") {
                    self.reader.whole(node, 0, 100);
                }
            }
            "fail" | "impair" => {
                let options = self.named_instances(field, &STATUS);
                if let Some(node) = options.as_ref().and_then(|options| options.get("check")) {
                    self.reader
                        .word(node, &["system", "instance"], "a status check");
                }
            }
            "capacity" => {
                let options = self.reader.fields(field.value, &CAPACITY, "a mapping");
                if let Some(node) = self.needed(field, options.as_ref(), "zone", "us-east-1a") {
                    self.zone(node);
                }
                if let Some(node) = self.needed(field, options.as_ref(), "type", "m5.large") {
                    self.instance_type(node);
                }
                if let Some(node) = self.needed(field, options.as_ref(), "available", "0") {
                    self.reader.whole(node, 0, u64::MAX);
                }
            }
            _ => {
                self.named_instances(field, &SIMPLE);
            }
        }
        let what = format!("`{}`", field.key.name);
        self.reader.not_simulated(field.at, &what);
    }

    fn named_instances<'n, 't>(
        &mut self,
        field: Field<'n, 't>,
        table: &'static super::Table,
    ) -> Option<Fields<'n, 't>> {
        let request = self.request(field, table);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        request.options
    }

    fn long_or_short<'n, 't>(
        &mut self,
        field: Field<'n, 't>,
        table: &'static super::Table,
        key: &str,
    ) -> (Option<&'n Node<'t>>, Option<Fields<'n, 't>>) {
        if let Kind::Scalar(_) = field.value.kind {
            return (Some(field.value), None);
        }
        let options = self
            .reader
            .fields(field.value, table, "a name, or a mapping");
        (self.needed(field, options.as_ref(), key, "…"), options)
    }

    /// An option that has to be there.
    fn needed<'n, 't>(
        &mut self,
        field: Field<'_, '_>,
        options: Option<&Fields<'n, 't>>,
        name: &str,
        example: &str,
    ) -> Option<&'n Node<'t>> {
        let found = options.and_then(|options| options.get(name));
        if found.is_none() && (options.is_some() || matches!(field.value.kind, Kind::Scalar(_))) {
            let what = format!("`{}`", field.key.name);
            self.reader.missing_key(field.at, &what, name, example);
        }
        found
    }

    fn texts(&mut self, options: Option<&Fields<'_, '_>>, names: &[&str]) {
        for name in names {
            if let Some(node) = options.and_then(|options| options.get(name)) {
                self.reader.text(node, "a name");
            }
        }
    }

    /// The expectation `credits`.
    pub(super) fn unsimulated_check(&mut self, field: Field<'_, '_>) {
        let what = format!("the expectation `{}`", field.key.name);
        self.reader.not_simulated(field.at, &what);
    }
}
