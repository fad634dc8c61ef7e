//! The bill: meters and their sums, and the ledger.

use std::io;

use crate::{
    billing::LedgerLine,
    money::Usd,
    report::timeline::plainly::{amounts, product},
};

use super::{Out, Sheet, cost::Course, text};

/// The most lines.
const MOST: usize = 300;

pub(super) fn draw(out: Out<'_>, sheet: Sheet<'_>, course: &Course) -> io::Result<()> {
    let (bill, names) = (sheet.bill, sheet.names);
    let cost = bill.cost();
    let (total, exact) = amounts(cost.total());
    write!(
        out,
        "<div class=\"bill\"><div class=\"meters\"><p class=\"total\"><span>Total</span><b id=\"total\" title=\"{exact}\">{total}</b></p><ul id=\"meters\">"
    )?;
    for meter in &course.meters {
        let (amount, exact) = amounts(cost.of(*meter));
        write!(
            out,
            "<li class=\"m-{}\"><i></i><span>{}</span><b title=\"{exact}\">{amount}</b></li>",
            meter.name(),
            meter.told()
        )?;
    }
    write!(out, "</ul>")?;
    let not_counted = bill.not_counted();
    if !not_counted.is_empty() {
        write!(
            out,
            "<p class=\"quiet\">Not counted: {}.</p>",
            text(&not_counted.join(", "))
        )?;
    }
    write!(
        out,
        "</div><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The ledger\"><table id=\"ledger\"><caption>The ledger: every metered interval</caption><thead><tr><th scope=\"col\">of</th><th scope=\"col\">what</th><th scope=\"col\">from – to</th><th scope=\"col\">quantity × price</th><th scope=\"col\">amount</th></tr></thead><tbody>"
    )?;
    let start = sheet.program.start;
    let lines: Vec<&LedgerLine> = bill.ledger().iter().collect();
    for line in lines.iter().take(MOST) {
        let (amount, exact) = amounts(line.amount);
        let of = line
            .resource
            .map_or_else(|| "account".to_owned(), |of| names.resource_name(of));
        let (from, to) = (line.from.since(start), line.to.since(start));
        write!(
            out,
            "\n<tr class=m-{} data-from={} data-to={}><td>{}<td>{}<td>{from} – {to}<td>{}<td{}>{amount}",
            line.meter.name(),
            from.as_secs(),
            to.as_secs(),
            text(&of),
            text(line.usage_type.told()),
            text(&product(line)),
            // To the last digit, where that is more than is read.
            if exact.trim_end_matches('0') == amount.trim_end_matches('0') {
                String::new()
            } else {
                format!(" title={exact}")
            },
        )?;
    }
    if let Some(rest) = lines.get(MOST..).filter(|rest| !rest.is_empty()) {
        let (amount, _) = amounts(rest.iter().map(|line| line.amount).sum::<Usd>());
        write!(
            out,
            "\n<tr><td colspan=4>{} more lines<td>{amount}",
            rest.len()
        )?;
    }
    writeln!(
        out,
        "\n</tbody><tfoot><tr><th scope=\"row\" colspan=\"4\">total</th><td title=\"{exact}\">{total}</td></tr></tfoot></table></div></div>"
    )
}
