//! The document of a journal.

use std::{collections::BTreeMap, io::Write};

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;

use crate::{
    billing::Cost,
    id::Id,
    record::Journal,
    report::{
        Rounding,
        json::{
            self, After, Before, CostView, Entries, Ledger, ScenarioView, TallyView, with_total,
        },
        money::Sums,
    },
    script::Directory,
};

use super::{head::JournalHead, last::Last, row::Found, tell::Teller};

/// Writes what `--format json` prints of the replay.
pub(super) fn write(
    head: &JournalHead,
    journal: &Journal,
    teller: &Teller<'_>,
    last: &Last<'_>,
    rounding: Rounding,
    out: &mut dyn Write,
) -> Found<()> {
    let (program, names) = (&head.program, teller.names());
    let ledger = teller.bill().ledger();
    let sums = Sums::new(names, ledger, rounding);
    let before = Before {
        schema: json::SCHEMA,
        scenario: ScenarioView {
            program,
            file: &head.file,
            end: Some(last.end),
            cast: false,
        },
        outcome: last.outcome.name(),
    };
    let costs = |all: &mut dyn Iterator<Item = (Id, Cost)>| all.collect::<BTreeMap<Id, Cost>>();
    let instances = sums.instances.iter();
    let volumes = sums.volumes.iter();
    let addresses = sums.addresses.iter();
    let after = After {
        instances: Ends {
            entries: last.entries("instances", last.instances)?,
            id: "instance_id",
            costs: costs(&mut instances.map(|(&of, &cost)| (names.instance_id(of), cost))),
            rounding,
        },
        addresses: Ends {
            entries: last.entries("addresses", last.addresses)?,
            id: "allocation_id",
            costs: costs(&mut addresses.map(|(&of, &cost)| (names.address_id(of), cost))),
            rounding,
        },
        volumes: Ends {
            entries: last.entries("volumes", last.volumes)?,
            id: "volume_id",
            costs: costs(&mut volumes.map(|(&of, &cost)| (names.volume_id(of), cost))),
            rounding,
        },
        snapshots: last.snapshots,
        images: last.images,
        interfaces: last.interfaces,
        dedicated_hosts: last.dedicated_hosts,
        capacity_reservations: last.capacity_reservations,
        functions: last.functions,
        clusters: last.clusters,
        services: last.services,
        tasks: last.tasks,
        ledger: Ledger {
            lines: ledger,
            named: names,
            rounding,
            of_prices: false,
        },
        cost: CostView {
            named: names,
            sums: &sums,
            part: None,
        },
        not_counted: teller.bill().not_counted(),
        expectations: TallyView(&last.tally),
        catalogue: &head.catalogue,
    };
    json::write(out, &before, names, program.start, journal, &after)?;
    Ok(())
}

/// How things ended, as the last line says; what they cost is rounded as the document is to be.
struct Ends<'a> {
    entries: Vec<(String, Entries<&'a RawValue>)>,
    /// The field with the id.
    id: &'static str,
    costs: BTreeMap<Id, Cost>,
    rounding: Rounding,
}

impl Serialize for Ends<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ends = self.entries.iter().map(|(name, fields)| {
            let fields = &fields.0;
            (name, End { ends: self, fields })
        });
        serializer.collect_map(ends)
    }
}

struct End<'a> {
    ends: &'a Ends<'a>,
    fields: &'a [(String, &'a RawValue)],
}

impl Serialize for End<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let id = self.fields.iter().find(|(name, _)| name == self.ends.id);
        let id = id.and_then(|(_, id)| Id::parse(id.get().trim_matches('"')));
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.fields {
            if name == "cost" {
                let cost = id.and_then(|id| self.ends.costs.get(&id));
                map.serialize_entry(name, &with_total(cost, self.ends.rounding))?;
            } else {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}
