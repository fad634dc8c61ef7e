//! The summary: who ended how, and the ledger by meter.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use crate::{
    billing::{LedgerLine, UsageSum},
    catalog,
    foreign::cut,
    lifecycle::InstanceState,
    money::Usd,
    record::{AddressHandle, Meter, Resource, ResourceKind, Unit, UsageType, VolumeHandle},
    report::finish::{AddressEnd, Finish, InstanceEnd},
    runner::Replay,
};

use super::{
    ROOMY,
    text::{BOLD, DIM, Line, PLAIN, columns, flow, wrap},
    words::{exact, hours, how_much, phase_style, plain, quantity, rule_line, usd},
};

/// How many instances, addresses and volumes are told one by one.
const EACH: usize = 12;
/// The widest name in the table.
const WIDEST_NAME: usize = 24;

/// A row of the table: name, what it is, how it ended, how long it was billed, how often it started, what it cost.
struct Row {
    name: String,
    what: String,
    state: Line,
    billed: String,
    starts: String,
    cost: String,
}

/// Who ended how, and the ledger by meter: in brief no more than the sum of each, and that there is more.
pub(super) fn lines(finish: &Finish<'_>, width: usize, is_brief: bool) -> Vec<Line> {
    let cast = finish.names.cast();
    let mut lines = Vec::new();
    // A file of functions or services alone has nothing for the table.
    let has_others = [ResourceKind::Function, ResourceKind::Service]
        .into_iter()
        .any(|kind| !cast.others[kind].is_empty());
    if !has_others || cast.slots() > 0 {
        lines = table(finish, width);
        lines.push(Line::new());
    }
    lines.append(&mut ledger(finish, width, is_brief));
    if is_brief {
        lines.extend(wrapped(
            "left out: reasons, addresses, data, meters, the parts of the bill",
            width,
        ));
    }
    lines
}

/// Writes what there is and what it has cost until now, line by line.
///
/// # Errors
///
/// Those of writing.
pub fn write_bill(out: &mut dyn io::Write, replay: &Replay, width: usize) -> io::Result<()> {
    let names = replay.directory();
    let finish = Finish::of(replay, &names, BTreeMap::new());
    let mut all = lines(&finish, width, false);
    if !finish.bill.ledger().is_empty() {
        all.push(Line::new());
        all.push(plain("  ").with(&Line::of(BOLD, "ledger")));
        let charges = finish.bill.ledger().iter();
        all.extend(charges.flat_map(|charge| single(&finish, charge, width)));
    }
    all.push(Line::new());
    all.append(&mut prices(&finish, width));
    for line in all {
        line.write(out, false, false)?;
    }
    Ok(())
}

fn table(finish: &Finish<'_>, width: usize) -> Vec<Line> {
    let decimals = if width < ROOMY { 4 } else { 6 };
    let mut rows = instance_rows(finish, decimals);
    rows.append(&mut address_rows(finish, decimals));
    rows.append(&mut volume_rows(finish, decimals));
    let widest = |of: fn(&Row) -> usize, title: &str| {
        rows.iter().map(of).max().unwrap_or(0).max(columns(title))
    };
    let names = widest(|row| columns(&row.name), "instance").min(WIDEST_NAME);
    let whats = widest(|row| columns(&row.what), "type").min(18);
    let states = widest(|row| row.state.width(), "state");
    let billed = widest(|row| columns(&row.billed), "billed");
    let starts = widest(|row| columns(&row.starts), "starts");
    let costs = widest(|row| columns(&row.cost), "cost");
    // What a row can do without where there is little room.
    let needed = 2 + names + 2 + whats + 2 + states + 2 + billed + 2 + starts + 2 + costs;
    let has_whats = needed <= width;
    let has_starts = needed.saturating_sub(whats + 2) <= width;
    let mut lines = Vec::new();
    let head = Row {
        name: "instance".to_owned(),
        what: "type".to_owned(),
        state: Line::of(DIM, "state"),
        billed: "billed".to_owned(),
        starts: "starts".to_owned(),
        cost: "cost".to_owned(),
    };
    for (index, row) in std::iter::once(&head).chain(&rows).enumerate() {
        let (name, rest) = if index == 0 {
            (DIM, DIM)
        } else {
            (BOLD, PLAIN)
        };
        let mut line = plain("  ");
        line.push(name, &cut(&row.name, names));
        line.pad(2 + names + 2);
        if has_whats {
            let column = line.width();
            line.push(if index == 0 { DIM } else { PLAIN }, &cut(&row.what, whats));
            line.pad(column + whats + 2);
        }
        line.append(&row.state);
        let mut numbers = Line::new();
        numbers.push(rest, &format!("{:>billed$}", row.billed));
        if has_starts {
            numbers.push(rest, &format!("  {:>starts$}", row.starts));
        }
        numbers.push(rest, &format!("  {:>costs$}", row.cost));
        put_right(line, &numbers, width, &mut lines);
    }
    lines
}

fn instance_rows(finish: &Finish<'_>, decimals: u32) -> Vec<Row> {
    let names = finish.names;
    let cast = names.cast();
    let slots = usize::try_from(cast.slots()).unwrap_or(usize::MAX);
    let is_short = slots <= EACH && finish.instances.len() <= EACH;
    let mut rows = Vec::new();
    for (index, entry) in cast.instances.iter().enumerate() {
        let own = || {
            finish.instances.iter().filter(move |one| {
                let slot = names.slot(one.handle);
                slot.is_some_and(|slot| cast.entry_of(slot) == index)
            })
        };
        if is_short || entry.count.is_none() && own().count() <= 1 {
            for slot in entry.first_slot..entry.first_slot + entry.slots() {
                let name = cast.name(slot).to_string();
                let mut lived = own()
                    .filter(|one| names.slot(one.handle) == Some(slot))
                    .peekable();
                if lived.peek().is_none() {
                    let what = entry.spec.instance_type.name();
                    rows.push(Row::of(name.clone(), what, Line::of(DIM, "never launched")));
                }
                rows.extend(lived.map(|one| instance_row(finish, name.clone(), one, decimals)));
            }
        } else {
            rows.push(group_row(finish, index, own(), decimals));
        }
    }
    rows
}

fn instance_row(finish: &Finish<'_>, name: String, one: &InstanceEnd, decimals: u32) -> Row {
    let bill = finish.bill;
    let state = Line::of(phase_style(one.phase), one.phase.state().name());
    Row {
        billed: hours(bill.billed_secs(finish.end, one.handle)),
        starts: one.starts.to_string(),
        cost: usd(bill.instance_cost(finish.end, one.handle).total(), decimals),
        ..Row::of(name, one.instance_type.name(), state)
    }
}

/// Many members of a group, or many instances of one name.
fn group_row<'a>(
    finish: &Finish<'_>,
    entry: usize,
    members: impl Iterator<Item = &'a InstanceEnd>,
    decimals: u32,
) -> Row {
    let mut states: BTreeMap<InstanceState, u64> = BTreeMap::new();
    let (mut billed, mut starts, mut cost, mut count) = (0_u64, 0_u64, Usd::ZERO, 0_u64);
    for one in members {
        *states.entry(one.phase.state()).or_default() += 1;
        billed += finish.bill.billed_secs(finish.end, one.handle);
        starts += u64::from(one.starts);
        cost += finish.bill.instance_cost(finish.end, one.handle).total();
        count += 1;
    }
    let entry = &finish.names.cast().instances[entry];
    let state = match states.len() {
        0 => "never launched".to_owned(),
        1 if count > 1 => states
            .keys()
            .fold("all ".to_owned(), |all, state| all + state.name()),
        _ => {
            let counts = states
                .iter()
                .map(|(state, count)| format!("{count} {state}"));
            counts.collect::<Vec<_>>().join(", ")
        }
    };
    Row {
        billed: hours(billed),
        starts: starts.to_string(),
        cost: usd(cost, decimals),
        ..Row::of(
            format!("{} × {count}", entry.name),
            entry.spec.instance_type.name(),
            plain(&state),
        )
    }
}

fn address_rows(finish: &Finish<'_>, decimals: u32) -> Vec<Row> {
    let count = finish.addresses.len();
    if count > EACH {
        let total = (0..count)
            .map(|index| finish.own_cost(Resource::Address(AddressHandle::new(index))))
            .sum();
        let name = format!("{count} Elastic IPs");
        return vec![Row {
            cost: usd(total, decimals),
            ..Row::of(name, "", Line::new())
        }];
    }
    let row = |(index, address): (usize, &AddressEnd)| {
        let name = finish.names.address_name(AddressHandle::new(index));
        let state = match &address.instance {
            _ if address.is_released => "released".to_owned(),
            Some(instance) => format!("on {instance}"),
            None => "idle".to_owned(),
        };
        Row {
            cost: usd(
                finish.own_cost(Resource::Address(AddressHandle::new(index))),
                decimals,
            ),
            ..Row::of(name, &format!("IP {}", address.ip), plain(&state))
        }
    };
    finish.addresses.iter().enumerate().map(row).collect()
}

/// Volumes of their own, and those that an instance has left behind.
fn volume_rows(finish: &Finish<'_>, decimals: u32) -> Vec<Row> {
    let told = || {
        let volumes = finish.volumes.iter().enumerate();
        volumes.filter(|(_, volume)| volume.owner.is_none() || volume.is_available())
    };
    if told().count() > EACH {
        let own = told().filter(|(_, volume)| volume.owner.is_none());
        let total = own
            .map(|(index, _)| finish.own_cost(Resource::Volume(VolumeHandle::new(index))))
            .sum();
        let name = format!("{} volumes", told().count());
        return vec![Row {
            cost: usd(total, decimals),
            ..Row::of(name, "", Line::new())
        }];
    }
    told()
        .map(|(index, volume)| {
            let name = finish.names.volume_name(VolumeHandle::new(index));
            let state = match &volume.instance {
                Some(instance) => format!("on {instance}"),
                None => volume.state.to_owned(),
            };
            let cost = finish.own_cost(Resource::Volume(VolumeHandle::new(index)));
            let cost = usd(cost, decimals);
            // The cost of what came with an instance is a part of the instance's.
            let (cost, state) = match volume.owner {
                Some(owner) => {
                    let owner = finish.names.instance_name(owner);
                    (format!("({cost})"), format!("{state}, in {owner}'s cost"))
                }
                None => (cost, state),
            };
            Row {
                cost,
                ..Row::of(name, &volume.what, plain(&state))
            }
        })
        .collect()
}

impl Row {
    fn of(name: String, what: &str, state: Line) -> Self {
        Self {
            name,
            what: what.to_owned(),
            state,
            billed: String::new(),
            starts: String::new(),
            cost: String::new(),
        }
    }
}

/// Quiet words that stand in.
fn wrapped(text: &str, width: usize) -> Vec<Line> {
    let pieces = wrap(&Line::of(DIM, text), width - 2);
    pieces.iter().map(|piece| plain("  ").with(piece)).collect()
}

fn ledger(finish: &Finish<'_>, width: usize, is_brief: bool) -> Vec<Line> {
    let mut sums: Vec<&UsageSum> = finish.bill.sums().collect();
    sums.sort_by_key(|sum| (sum.meter, sum.usage_type, sum.unit_price));
    let region = finish.program.cast.region;
    let rows: Vec<(Meter, [String; 4])> = sums
        .into_iter()
        .map(|sum| {
            let price = format!("${}{}", sum.unit_price, sum.unit.per());
            let mut name = sum.usage_type.text(region);
            // The bill tells platforms apart by the operation only.
            if is_coded(sum.usage_type) {
                name = with_operation(&name, sum.usage_type);
            }
            if sum.source.is_estimated() {
                name.push_str(", estimated");
            }
            if sum.covered && sum.commitment.is_none() {
                name.push_str(" in the free tier");
            }
            if let Some(purchase) = sum.commitment {
                let by = match (sum.covered, sum.unit) {
                    (true, _) => "covered by ",
                    (false, Unit::Second) => "unused of ",
                    (false, _) => "",
                };
                name = format!("{name} {by}{purchase}");
            }
            let cells = [
                name,
                quantity(sum.unit, sum.parts),
                price,
                exact(sum.amount),
            ];
            (sum.meter, cells)
        })
        .collect();
    let widest = |cell: usize| {
        rows.iter()
            .map(|(_, row)| columns(&row[cell]))
            .max()
            .unwrap_or(0)
    };
    let (types, quantities, prices) = (widest(0), widest(1), widest(2));
    let amounts = widest(3).max(12);
    let cost = finish.bill.cost();
    let mut lines = Vec::new();
    let mut sums = Vec::new();
    for &meter in Meter::ALL {
        if cost.of(meter).is_zero() && !rows.iter().any(|(of, _)| *of == meter) {
            continue;
        }
        if is_brief {
            let mut sum = Line::of(BOLD, meter.told());
            sum.push(PLAIN, &format!(" {}", usd(cost.of(meter), 6)));
            sums.push(sum);
            continue;
        }
        let mut title = plain("  ");
        title.push(BOLD, meter.told());
        title.push_right(&plain(&exact(cost.of(meter))), width);
        lines.push(title);
        let own = rows.iter().filter(|(of, _)| *of == meter);
        for (_, [usage_type, quantity, price, amount]) in own {
            let mut numbers = plain(&format!("{quantity:>quantities$}"));
            numbers.push(DIM, &format!(" × {price:<prices$}"));
            numbers.push(DIM, &format!("  {amount:>amounts$}"));
            let mut line = plain("    ");
            line.push(DIM, &format!("{usage_type:<types$}"));
            put_right(line, &numbers, width, &mut lines);
        }
    }
    lines.extend(
        flow(&sums, width - 2)
            .iter()
            .map(|line| plain("  ").with(line)),
    );
    let total = cost.total();
    let mut line = plain("  ");
    line.push(BOLD, "total  ");
    line.push(super::text::HAPPY, &usd(total, 2));
    line.push_right(&Line::of(BOLD, &exact(total)), width);
    lines.push(line);
    let not_counted = finish.bill.not_counted();
    if !not_counted.is_empty() {
        let what = not_counted.join(", ");
        lines.extend(wrapped(&format!("not counted: {what}"), width));
    }
    lines
}

/// Whether the operation says what the usage type leaves open: the platform.
fn is_coded(usage_type: UsageType) -> bool {
    usage_type.operation().starts_with("RunInstances:")
}

/// `BoxUsage:m5.large · RunInstances:0002`.
fn with_operation(name: &str, usage_type: UsageType) -> String {
    match usage_type.operation() {
        "" => name.to_owned(),
        operation => format!("{name} · {operation}"),
    }
}

/// One line of the ledger, with its rules.
pub(super) fn single(finish: &Finish<'_>, line: &LedgerLine, width: usize) -> Vec<Line> {
    let start = finish.program.start;
    let name = line.resource.map(|of| finish.names.resource_name(of));
    let name = name.unwrap_or_else(|| {
        let purchase = line.commitment();
        purchase.map_or_else(|| "account".to_owned(), |purchase| purchase.to_string())
    });
    let usage_type = line.usage_type.text(finish.program.cast.region);
    let (from, to) = (line.from.since(start), line.to.since(start));
    let mut row = plain("  ");
    row.push(BOLD, &name);
    row.push(
        DIM,
        &format!("  {}", with_operation(&usage_type, line.usage_type)),
    );
    row.push(PLAIN, &format!("  {from} → {to}"));
    let mut lines = Vec::new();
    put_right(row, &plain(&exact(line.amount)), width, &mut lines);
    lines.append(&mut detail(line, width));
    lines
}

fn detail(line: &LedgerLine, width: usize) -> Vec<Line> {
    let price = format!(
        "{} × ${}{}, {}",
        how_much(line),
        line.unit_price,
        line.unit.per(),
        line.source
    );
    let mut row = plain("    ");
    row.push(DIM, &price);
    let mut lines = Vec::new();
    let rules = rule_line(line.rules, false);
    if rules.width() + 4 <= width {
        put_right(row, &rules, width, &mut lines);
    } else {
        let pieces = wrap(&row, width - 4);
        lines.extend(pieces.iter().enumerate().map(|(nth, piece)| {
            let indent = if nth == 0 { "" } else { "    " };
            plain(indent).with(piece)
        }));
        for piece in wrap(&rules, width - 4) {
            let mut below = Line::new();
            below.pad(width - piece.width());
            lines.push(below.with(&piece));
        }
    }
    lines
}

/// A row with something at its right end, or that on a row of its own.
fn put_right(mut row: Line, right: &Line, width: usize, lines: &mut Vec<Line>) {
    if !row.push_right(right, width) {
        if row.width() <= width {
            lines.push(row);
        } else {
            lines.extend(
                wrap(&row, width - 2)
                    .iter()
                    .map(|piece| plain("  ").with(piece)),
            );
        }
        row = Line::new();
        row.pad(width.saturating_sub(right.width()));
        row.append(right);
    }
    lines.push(row);
}

/// Where the prices are from.
pub(super) fn prices(finish: &Finish<'_>, width: usize) -> Vec<Line> {
    let sources: BTreeSet<String> = finish
        .bill
        .sums()
        .map(|sum| sum.source.to_string())
        .collect();
    let mut items: Vec<Line> = Vec::new();
    if !sources.is_empty() {
        let sources: Vec<String> = sources.into_iter().collect();
        items.push(Line::of(DIM, &format!("prices: {}", sources.join(", "))));
    }
    items.push(Line::of(DIM, &format!("catalogue {}", catalog::version())));
    flow(&items, width - 2)
        .iter()
        .map(|line| plain("  ").with(line))
        .collect()
}
