//! What the language knows and the simulator doesn't do yet. It is read like everything else, so that its other mistakes
//! are told as well; and it is never passed over in silence.

use super::{
    super::{
        Code,
        keys::{
            AFFINITY, AccountKey, CAPACITY, CPU, DESTINATION, IMAGE_OF, INTERRUPTION, MARKET,
            MONITORING, Market, MarketKey, Monitoring, SIMPLE, SNAPSHOT, STATUS, STATUS_CHECK,
            SpotKey, TENANCY, TRANSFER, Tenancy,
        },
        shape::{Field, Fields},
        tree::{Kind, Node},
        value,
    },
    Lower,
};

impl Lower<'_> {
    /// `account`.
    pub(super) fn account<K: Copy>(&mut self, field: Field<'_, '_, K>) {
        if let Some(fields) = self
            .reader
            .fields(field.value, AccountKey::ACCOUNT, "a mapping")
        {
            for one in fields.iter() {
                match one.key {
                    AccountKey::VcpuQuota | AccountKey::EipQuota => {
                        self.reader.whole(one.value, 0, u64::MAX);
                    }
                    AccountKey::FreeTier => {
                        self.reader.flag(one.value);
                    }
                    AccountKey::ReservedInstances
                    | AccountKey::SavingsPlans
                    | AccountKey::CapacityReservations
                    | AccountKey::DedicatedHosts => {
                        self.reader.items(one.value, "a list");
                    }
                }
            }
        }
        self.reader.not_simulated(field.at, "`account`");
    }

    /// `tenancy` of an instance or of `modify`: the default one is the plain case.
    pub(super) fn tenancy<K: Copy>(&mut self, field: Field<'_, '_, K>) {
        match self.reader.word(field.value, TENANCY, "a tenancy") {
            Some(Tenancy::Default) | None => {}
            Some(Tenancy::Dedicated) => self.reader.not_simulated(field.at, "`tenancy: dedicated`"),
            Some(Tenancy::Host) => self.reader.not_simulated(field.at, "`tenancy: host`"),
        }
    }

    /// `monitoring` of an instance or of `modify`: the basic one is the plain case.
    pub(super) fn monitoring<K: Copy>(&mut self, field: Field<'_, '_, K>) {
        let what = "a kind of monitoring";
        match self.reader.word(field.value, MONITORING, what) {
            Some(Monitoring::Basic) | None => {}
            Some(Monitoring::Detailed) => {
                self.reader.not_simulated(field.at, "detailed monitoring");
            }
        }
    }

    /// `placement-group` of an instance or of `modify`: nothing is the plain case.
    pub(super) fn placement_group<K: Copy>(&mut self, field: Field<'_, '_, K>) {
        let is_nothing = matches!(field.value.kind, Kind::Null);
        if !is_nothing && self.reader.text(field.value, "a name").is_some() {
            self.reader.not_simulated(field.at, "`placement-group`");
        }
    }

    /// `affinity` of `modify`.
    pub(super) fn affinity<K: Copy>(&mut self, field: Field<'_, '_, K>) {
        let word = self.reader.word(field.value, AFFINITY, "an affinity");
        if word.is_some() {
            self.reader.not_simulated(field.at, "`affinity`");
        }
    }

    /// `market` of an instance: on demand is the plain case.
    pub(super) fn market<K: Copy>(&mut self, field: Field<'_, '_, K>) {
        match self.market_of(field.value) {
            Some(Market::OnDemand) | None => {}
            Some(Market::Spot) => self.reader.not_simulated(field.at, "a Spot Instance"),
        }
    }

    fn market_of(&mut self, node: &Node<'_>) -> Option<Market> {
        let Kind::Map(_) = node.kind else {
            return self.reader.word(node, MARKET, "a market");
        };
        let fields = self
            .reader
            .fields(node, MarketKey::MARKET_OPTIONS, "a market")?;
        for field in fields.iter() {
            match field.key {
                MarketKey::Spot if matches!(field.value.kind, Kind::Null) => {}
                MarketKey::Spot => self.spot(field.value)?,
            }
        }
        (!fields.is_empty()).then_some(Market::Spot)
    }

    /// The options of a Spot Instance.
    fn spot(&mut self, node: &Node<'_>) -> Option<()> {
        let options = self
            .reader
            .fields(node, SpotKey::SPOT, "a mapping of options")?;
        for option in options.iter() {
            match option.key {
                SpotKey::Interruption => {
                    let what = "an effect of an interruption";
                    self.reader.word(option.value, INTERRUPTION, what);
                }
                SpotKey::Persistent => {
                    self.reader.flag(option.value);
                }
                SpotKey::MaxPrice => {
                    self.reader.amount(option.value);
                }
            }
        }
        Some(())
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
                    self.reader
                        .word(node, DESTINATION, "a destination for data");
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
                    self.reader.word(node, STATUS_CHECK, "a status check");
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
            if let Some(node) = options.and_then(|options| options.get(*name)) {
                self.reader.text(node, "a name");
            }
        }
    }
}
