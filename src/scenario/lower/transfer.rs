//! `transfer` and `cpu`: what instances send, and what they use of their CPUs.

use super::{
    super::{
        Code,
        keys::{CpuKey, DESTINATION, DestinationWord, OVER, ReadIoKey, TransferKey},
        reader::{Draft, Span},
        shape::Fields,
        tree::{Node, quoted},
        value,
    },
    Lower,
    actions::act,
    asked::Asked,
};
use crate::{
    action::{Destination, Over, ReadIo, SetCpu, Transfer},
    catalog::RegionId,
    record::UsageType,
    script::Act,
};

impl Lower<'_> {
    /// `read-io`.
    pub(super) fn read_io(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = ReadIoKey::READ_IO;
        let options = self.reader.fields(asked.field.value, keys, "a mapping");
        let (mut volume, mut requests) = (None, None);
        for option in options.iter().flat_map(Fields::iter) {
            match option.key {
                ReadIoKey::Volume => volume = self.volume_target(option.value),
                ReadIoKey::Requests => requests = self.reader.whole(option.value, 0, u64::MAX),
            }
        }
        let needed = [(ReadIoKey::Volume, "old"), (ReadIoKey::Requests, "2000000")];
        self.reader
            .needs(asked.field, options.as_ref(), keys, &needed);
        Some(act(ReadIo {
            volume: volume?,
            requests: requests?,
        }))
    }

    /// `cpu`.
    pub(super) fn cpu(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = CpuKey::CPU;
        let request = self.request(asked.field, keys);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        self.credits = true;
        let mut percent = None;
        for option in request.options.iter().flat_map(Fields::iter) {
            match option.key {
                CpuKey::Instances | CpuKey::Instance => {}
                CpuKey::Percent => percent = self.reader.whole(option.value, 0, 100),
            }
        }
        let options = request.options.as_ref();
        self.reader
            .needs(asked.field, options, keys, &[(CpuKey::Percent, "80")]);
        Some(act(SetCpu {
            instances: request.targets()?,
            percent: u8::try_from(percent?).ok()?,
        }))
    }

    /// `transfer`.
    pub(super) fn transfer(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = TransferKey::TRANSFER;
        let field = asked.field;
        let request = self.request(field, keys);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        let mut to = Some(DestinationWord::Internet);
        let (mut zone, mut region, mut over) = (None, None, Some(Over::Private));
        let (mut amount, mut hourly) = (None, false);
        for option in request.options.iter().flat_map(Fields::iter) {
            let node = option.value;
            match option.key {
                TransferKey::Instances | TransferKey::Instance => {}
                TransferKey::To => {
                    let what = "a destination for data";
                    to = self.reader.word(node, DESTINATION, what);
                }
                TransferKey::Zone => zone = self.zone(node),
                TransferKey::Region => region = self.other_region(node),
                TransferKey::Over => over = self.reader.word(node, OVER, "a kind of addresses"),
                TransferKey::Amount => {
                    let what = "an amount of data";
                    amount = self
                        .reader
                        .parsed(node, Code::BadSize, what, value::data_amount);
                }
                TransferKey::Rate => {
                    let what = "an amount of data and a time";
                    amount = self
                        .reader
                        .parsed(node, Code::BadSize, what, value::data_rate);
                    hourly = true;
                }
            }
        }
        let options = request.options.as_ref();
        let given = |key| options.and_then(|options| options.field(key));
        if let (Some(_), Some(rate)) = (given(TransferKey::Amount), given(TransferKey::Rate)) {
            self.reader.report(Code::Exclusive, rate.at, || {
                Draft::new("data is sent at once, or at a rate")
                    .label("expected only one of `amount` and `rate`")
            });
        } else if given(TransferKey::Rate).is_none() {
            self.reader
                .needs(field, options, keys, &[(TransferKey::Amount, "12GB")]);
        }
        let to = to?;
        let (needed, unneeded): (&[_], &[_]) = match to {
            DestinationWord::Internet => (
                &[],
                &[TransferKey::Zone, TransferKey::Region, TransferKey::Over],
            ),
            DestinationWord::Zone => (&[(TransferKey::Zone, "us-east-1b")], &[TransferKey::Region]),
            DestinationWord::Region => (
                &[(TransferKey::Region, "eu-west-1")],
                &[TransferKey::Zone, TransferKey::Over],
            ),
        };
        self.reader.needs(field, options, keys, needed);
        for key in unneeded {
            if let Some(other) = given(*key) {
                self.reader.report(Code::Exclusive, other.at, || {
                    let to = to.name();
                    Draft::new(format!("what goes to `{to}` has no `{}`", other.name))
                        .label(format!("not expected beside `to: {to}`"))
                });
            }
        }
        let to = match to {
            DestinationWord::Internet => Destination::Internet,
            DestinationWord::Zone => Destination::Zone(zone?, over?),
            DestinationWord::Region => Destination::Region(region?),
        };
        self.has_transfer_price(to, field.at);
        Some(act(Transfer {
            instances: request.targets()?,
            to,
            amount: amount?,
            hourly,
        }))
    }

    /// A Region that isn't the scenario's own.
    fn other_region(&mut self, node: &Node<'_>) -> Option<RegionId> {
        let found = super::region(self.reader, node)?;
        if found == self.region {
            self.reader.report(Code::UnknownPlace, node.span, || {
                Draft::new(format!(
                    "{} is the scenario's own Region",
                    quoted(found.name())
                ))
                .label("expected another Region")
                .note("`to: zone` is for what stays in it")
            });
            return None;
        }
        Some(found)
    }

    /// What isn't priced can't be sent.
    fn has_transfer_price(&mut self, to: Destination, at: Span) {
        let (usage, key) = match to {
            Destination::Internet => (UsageType::TransferOut, "transfer-out".to_owned()),
            Destination::Zone(..) => (UsageType::TransferZoneOut, "transfer-zone".to_owned()),
            Destination::Region(region) => (
                UsageType::TransferRegion(region),
                format!("transfer-region/{}", region.name()),
            ),
        };
        if self.prices.rate(usage).is_some() {
            return;
        }
        let from = self.region.name();
        self.reader.report(Code::NoPrice, at, || {
            Draft::new(format!("what {from} sends there has no price"))
                .label("no price is known")
                .note(format!("`prices: {{ {key}: $0.09 }}` gives one"))
        });
    }
}
