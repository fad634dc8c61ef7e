//! One life under several choices, or several lives, side by side: what each costs, by how much they differ, and where one
//! begins to pay.
//!
//! Every choice is a scenario that is replayed; what is compared are the sums of its bill. A forecast is called one: it is
//! the only place in which a month has 730 hours (`BILL-MONTH-730`).

mod break_even;
mod elsewhere;
mod json;

use crate::{
    billing::Cost,
    engine::{Outcome, Sink, Tally, View},
    money::{Usd, people},
    record::{Meter, Record, RecordKind},
    runner::{self, Keep, Replay, replay_into},
    scenario::{Change, Diagnostics, Scenario, Vary},
    script::{Elsewhere, NotPossible, Program},
    time::{SimDuration, SimTime},
};

pub use crate::script::Service;
pub use break_even::{Between, BetweenError, BreakEven};
pub use elsewhere::Taken;
pub use json::json;

/// One way to do it.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What it is called.
    pub name: String,
    /// What it changes.
    pub changes: Vec<Change>,
    /// The scenario before these changes.
    file: Scenario,
    /// The scenario that is replayed.
    scenario: Scenario,
    /// Where its load is taken, if not where the scenario has it.
    elsewhere: Option<Elsewhere>,
}

/// What changing a scenario has brought in.
#[derive(Debug)]
pub struct Unusable {
    /// The choice, as it would be called.
    pub name: String,
    /// What is wrong with it.
    pub mistakes: Diagnostics,
}

/// The choices that there are: of each file its variants, or itself under each combination of changes; and its load in the
/// places of its `elsewhere`.
///
/// # Errors
///
/// Answers with the first choice that changes make unusable.
pub fn choices(files: &[Scenario], vary: &[Vary]) -> Result<Vec<Choice>, Unusable> {
    choices_and_places(files, vary, &[])
}

/// The same, and the load of each file in further places.
///
/// # Errors
///
/// Answers with the first choice that changes make unusable.
pub fn choices_and_places(
    files: &[Scenario],
    vary: &[Vary],
    places: &[Service],
) -> Result<Vec<Choice>, Unusable> {
    let mut choices = Vec::new();
    let combinations = combinations(vary);
    for file in files {
        let prefix = match files {
            [_] => String::new(),
            [] | [_, ..] => file.file().to_owned(),
        };
        let named = |name: &str| match (prefix.as_str(), name) {
            ("", name) => name.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, name) => format!("{prefix}: {name}"),
        };
        if !vary.is_empty() {
            for changes in &combinations {
                let words: Vec<String> = changes.iter().map(Change::to_string).collect();
                let name = named(&words.join(", "));
                match file.varied(changes) {
                    Ok(scenario) => choices.push(Choice {
                        name,
                        changes: changes.clone(),
                        file: file.clone(),
                        scenario,
                        elsewhere: None,
                    }),
                    Err(mistakes) => return Err(Unusable { name, mistakes }),
                }
            }
        } else if file.variants().is_empty() {
            let name = if elsewhere::places(file, places).is_empty() {
                ""
            } else {
                "here"
            };
            choices.push(Choice::plain(named(name), file));
        } else {
            let variants = file.variants().iter();
            choices.extend(variants.map(|one| Choice::plain(named(&one.name), &one.scenario)));
        }
        for place in elsewhere::places(file, places) {
            choices.push(Choice {
                elsewhere: Some(place),
                ..Choice::plain(named(place.service().name()), file)
            });
        }
    }
    Ok(choices)
}

/// One change of each kind, in every combination; the last kind changes fastest.
fn combinations(vary: &[Vary]) -> Vec<Vec<Change>> {
    vary.iter().fold(vec![Vec::new()], |combined, vary| {
        let with = |changes: &Vec<Change>, change: &Change| {
            let mut changes = changes.clone();
            changes.push(change.clone());
            changes
        };
        combined
            .iter()
            .flat_map(|changes| {
                vary.changes()
                    .iter()
                    .map(move |change| with(changes, change))
            })
            .collect()
    })
}

impl Choice {
    fn plain(name: String, scenario: &Scenario) -> Self {
        Self {
            name,
            changes: Vec::new(),
            file: scenario.clone(),
            scenario: scenario.clone(),
            elsewhere: None,
        }
    }

    /// Replays it, with its records and its ledger; none of what isn't possible.
    pub fn replay(&self) -> Option<Replay> {
        match &self.elsewhere {
            None => Some(replay_into(&self.scenario, Keep::ALL, Vec::new())),
            Some(place) => {
                let lived = runner::elsewhere(&self.scenario, place, Keep::ALL, Vec::new());
                lived.ok().map(|lived| lived.replay)
            }
        }
    }

    fn compared(&self) -> Compared {
        let cast = &self.scenario.program().cast;
        let mut interruptions = Interruptions {
            listens: cast.instances.iter().any(|one| one.spec.spot.is_some()),
            count: 0,
        };
        let (replay, taken) = match &self.elsewhere {
            None => {
                let sinks: Vec<&mut dyn Sink> = vec![&mut interruptions];
                (replay_into(&self.scenario, Keep::SUMS, sinks), None)
            }
            Some(place) => match runner::elsewhere(&self.scenario, place, Keep::SUMS, Vec::new()) {
                Ok(lived) => {
                    let taken = Taken::new(place.service(), Ok((lived.size, lived.done)));
                    (lived.replay, Some(taken))
                }
                Err(not) => return Compared::not_possible(self, place.service(), not),
            },
        };
        let (bill, end) = (replay.bill(), replay.end());
        let instances = replay.world().instances().map(|one| one.handle());
        let billed = instances.map(|one| bill.billed_secs(end, one)).sum();
        Compared {
            name: self.name.clone(),
            changes: self.changes.clone(),
            cost: bill.cost(),
            lasts: end - self.scenario.program().start,
            billed: SimDuration::from_secs(billed),
            interruptions: interruptions.count,
            bound: self.scenario.program().purchases.bound(),
            is_estimated: bill.sums().any(|sum| sum.source.is_estimated()),
            is_derived: is_derived(self.scenario.program()),
            outcome: replay.outcome(),
            tally: *replay.tally(),
            taken,
        }
    }
}

fn is_derived(program: &Program) -> bool {
    let bought = &program.purchases;
    let by_rate = bought.plans.iter().any(|plan| {
        program.cast.instances.iter().any(|one| {
            let spec = &one.spec;
            let terms = (spec.instance_type, spec.platform, spec.placement.tenancy);
            plan.rate(&program.prices, terms)
                .is_some_and(|(_, is_derived)| is_derived)
        })
    });
    by_rate || bought.reserved.iter().any(|one| one.source.is_derived())
}

/// Counts how often EC2 takes an instance back.
struct Interruptions {
    /// Whether there is anything on Spot.
    listens: bool,
    count: u32,
}

impl Sink for Interruptions {
    fn record(&mut self, record: &Record, _: &View<'_>) {
        let RecordKind::Transition(transition) = &record.kind else {
            return;
        };
        if transition.trigger == "Spot interruption" {
            self.count += 1;
        }
    }

    fn listens(&self) -> bool {
        self.listens
    }
}

/// What a choice came to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Compared {
    /// What it is called.
    pub name: String,
    /// What it changes.
    pub changes: Vec<Change>,
    /// What it cost.
    pub cost: Cost,
    /// How long it lasted.
    pub lasts: SimDuration,
    /// How long its instances were billed for, all together.
    pub billed: SimDuration,
    /// How often EC2 took one of them back.
    pub interruptions: u32,
    /// What was bought for longer costs so much in all, and goes on until then.
    pub bound: Option<(Usd, SimTime)>,
    /// Whether a price of it is estimated.
    pub is_estimated: bool,
    /// Whether what was bought has a price, or a rate, that no list says and that follows from others.
    pub is_derived: bool,
    /// Whether it went as it should.
    pub outcome: Outcome,
    /// What was counted.
    pub tally: Tally,
    /// Where the load was taken, if not where the file has it.
    pub taken: Option<Taken>,
}

impl Compared {
    /// Whether the load can live there at all.
    pub fn is_possible(&self) -> bool {
        self.taken.as_ref().is_none_or(|taken| taken.came.is_ok())
    }

    /// Whether it is the same life as others, and has a price.
    pub fn is_alike(&self) -> bool {
        self.is_possible() && !self.tally.is_another_life()
    }

    /// What stands beside the compute itself: volumes, addresses, data (`CMPX-SIDE`).
    pub fn side(&self) -> Usd {
        let side = [Meter::Ebs, Meter::PublicIpv4, Meter::DataTransfer];
        side.into_iter().map(|meter| self.cost.of(meter)).sum()
    }

    fn not_possible(choice: &Choice, service: Service, not: NotPossible) -> Self {
        Self {
            name: choice.name.clone(),
            changes: Vec::new(),
            cost: Cost::default(),
            lasts: SimDuration::ZERO,
            billed: SimDuration::ZERO,
            interruptions: 0,
            bound: None,
            is_estimated: false,
            is_derived: false,
            outcome: Outcome::Passed,
            tally: Tally::default(),
            taken: Some(Taken::new(service, Err(not))),
        }
    }

    /// What 730 hours would cost if they went on like this: a forecast (`BILL-MONTH-730`). None of no time at all.
    pub fn forecast(&self) -> Option<Usd> {
        const HOUR: u64 = 3_600;
        const MONTH: u64 = 730 * HOUR;
        let secs = self.lasts.as_secs();
        // What was bought is paid for whole hours.
        let hours = secs.div_ceil(HOUR) * HOUR;
        let fees = self.cost.of(Meter::Commitments);
        let others = self.cost.total() - fees;
        (secs > 0 && self.taken.is_none()).then(|| {
            others.share(MONTH.into(), secs.into()) + fees.share(MONTH.into(), hours.into())
        })
    }
}

/// Choices side by side.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, compare::{Comparison, choices}};
/// let file = Scenario::from_text("hour.yaml", "
/// instances: { web: { type: m5.large, public-ipv4: none } }
/// steps: [{ launch: web }, { at: 1h, terminate: web }]
/// ").unwrap();
/// let vary = ["type=m5.large,t3.large".parse().unwrap()];
/// let comparison = Comparison::of(&choices(&[file], &vary).unwrap());
/// assert_eq!(comparison.cheapest(), Some(1));
/// let difference = &comparison.differences()[0];
/// assert_eq!(difference.amount.to_fixed(6), "-0.012747");
/// assert_eq!(
///     difference.sentence,
///     "type=t3.large costs $0.013 less in usage than type=m5.large: $0.083 instead of $0.096.",
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Comparison {
    choices: Vec<Compared>,
    /// Where each later choice costs the same as the first.
    pub break_even: Vec<BreakEven>,
}

/// By how much a choice differs from the first.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The first choice, by its place.
    pub from: usize,
    /// The other.
    pub to: usize,
    /// In what.
    pub meter: Meter,
    /// The other's cost less the first one's.
    pub amount: Usd,
    /// The same in words.
    pub sentence: String,
}

impl Comparison {
    /// Replays all of them.
    pub fn of(choices: &[Choice]) -> Self {
        let compared: Vec<Compared> = choices.iter().map(Choice::compared).collect();
        Self {
            break_even: elsewhere::break_even(choices, &compared),
            choices: compared,
        }
    }

    /// Also says how much time between two steps makes each later choice cost the same as the first.
    ///
    /// # Errors
    ///
    /// Answers with an error if the first choice has no such steps.
    pub fn with_break_even(
        mut self,
        choices: &[Choice],
        between: &Between,
    ) -> Result<Self, BetweenError> {
        self.break_even.extend(between.break_even(choices)?);
        Ok(self)
    }

    /// The choices, in order.
    pub fn choices(&self) -> &[Compared] {
        &self.choices
    }

    /// The meters that cost something under any choice, in the order of reports.
    pub fn meters(&self) -> impl Iterator<Item = Meter> {
        let costs = |meter: Meter| {
            let mut choices = self.choices.iter();
            choices.any(|one| !one.cost.of(meter).is_zero())
        };
        Meter::ALL
            .iter()
            .copied()
            .filter(move |&meter| costs(meter))
    }

    /// The meters that tables have a column for, whatever they come to.
    pub fn meters_of_tables(&self) -> impl Iterator<Item = Meter> {
        let all = Meter::ALL.iter().copied();
        all.filter(|&meter| !meter.is_rare() || self.meters().any(|one| one == meter))
    }

    /// The one that costs least, if one does. A choice under which steps were refused isn't the same life for less.
    pub fn cheapest(&self) -> Option<usize> {
        let lived = || {
            let choices = self.choices.iter().enumerate();
            choices.filter(|(_, one)| one.is_alike())
        };
        let least = lived().map(|(_, one)| one.cost.total()).min()?;
        let mut cheapest = lived().filter(|(_, one)| one.cost.total() == least);
        match (cheapest.next(), cheapest.next()) {
            (Some((place, _)), None) if lived().count() > 1 => Some(place),
            _ => None,
        }
    }

    /// What each later choice costs more or less than the first, by meter, where both live the same life.
    pub fn differences(&self) -> Vec<Difference> {
        let lived = |one: &&Compared| one.is_alike();
        let Some(first) = self.choices.first().filter(lived) else {
            return Vec::new();
        };
        let mut differences = Vec::new();
        let others = self.choices.iter().enumerate().skip(1);
        for (to, other) in others.filter(|(_, one)| lived(one)) {
            for meter in self.meters() {
                let (here, there) = (first.cost.of(meter), other.cost.of(meter));
                if here == there {
                    continue;
                }
                differences.push(Difference {
                    from: 0,
                    to,
                    meter,
                    amount: there - here,
                    sentence: sentence(&first.name, &other.name, meter, here, there),
                });
            }
        }
        differences
    }
}

fn sentence(first: &str, other: &str, meter: Meter, here: Usd, there: Usd) -> String {
    let (by, word) = if there < here {
        (here - there, "less")
    } else {
        (there - here, "more")
    };
    let decimals = people::decimals([here, there, by]);
    let [here, there, by] = [here, there, by].map(|one| people::people(one, decimals));
    let what = meter.told();
    format!("{other} costs {by} {word} in {what} than {first}: {there} instead of {here}.")
}
