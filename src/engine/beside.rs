//! A replay whose time somebody moves by hand: its script runs beside whatever else is asked of its account.

use std::{net::Ipv4Addr, sync::Arc};

use crate::{
    action::{Answer, Request},
    id::{Id, Seeded},
    lifecycle::ApiError,
    record::Resource,
    script::{Cast, Program},
    time::SimTime,
};

use super::{Account, Ended, Engine, Listener, code::Code};

impl<S: Listener> Engine<S> {
    /// A replay that stands at its start: what exists from there on is there, and of the script nothing has happened yet.
    ///
    /// Of an empty program, this is an account that knows no script.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::{Scenario, engine::Engine, lifecycle::InstanceState, record::Journal, time::SimDuration};
    ///
    /// let text = "instances: { web: { type: t3.micro } }\nsteps: [{ launch: web }, { at: 1h, stop: web }]";
    /// let scenario = Scenario::from_text("office.yaml", text).unwrap();
    /// let mut beside = Engine::open(scenario.program().clone(), true, Journal::default());
    /// beside.advance_to(beside.account().now() + SimDuration::from_hours(2));
    /// let web = beside.account().instances().next().unwrap();
    /// assert_eq!(web.state(), InstanceState::Stopped);
    /// ```
    pub fn open(program: Arc<Program>, keep_ledger: bool, sink: S) -> Self {
        let mut engine = Self::new(program, keep_ledger, sink);
        engine.begin();
        engine.account.instant_over();
        engine
    }

    /// The account, at the instant to which it was brought.
    pub const fn account(&self) -> &Account<S> {
        &self.account
    }

    /// What an id stands for, if it ever stood for something.
    pub fn find(&mut self, id: Id) -> Option<Resource> {
        self.account.world.find(id)
    }

    /// Draws a private address from the subnet of a zone for something that isn't the world's; none if there is none left.
    pub fn draw_private(&mut self, zone: &str, key: Seeded) -> Option<Ipv4Addr> {
        self.account.world.draw_private(zone, key)
    }

    /// Takes a private address for something that isn't the world's.
    pub fn take_private(&mut self, address: Ipv4Addr) {
        self.account.world.take_private(address);
    }

    /// Gives a private address back that was drawn or taken so.
    pub fn release_private(&mut self, address: Ipv4Addr) {
        self.account.world.give_back_private(address);
    }

    /// Who takes part in its script, by name.
    pub fn cast(&self) -> &Cast {
        &self.program().cast
    }

    /// Asks for something, now; what is due at this instant has happened before.
    ///
    /// # Errors
    ///
    /// EC2's refusal, or the simulator's own, as [`Account::request`].
    pub fn ask_now(&mut self, request: &Request) -> Result<Answer, ApiError> {
        let answer = self.account.ask_from_outside(request);
        self.settle(0);
        self.account.refuse(request, answer.as_ref().err());
        self.account.instant_over();
        answer
    }

    /// When something happens next by itself or in the script; none where nothing is set to.
    pub fn next_due(&mut self) -> Option<SimTime> {
        if self.ended {
            return None;
        }
        let due = self.account.next_due();
        match (due, self.threads.next_time()) {
            (Some(due), Some(wakes)) => Some(due.min(wakes)),
            (due, wakes) => due.or(wakes),
        }
    }

    /// Lets time pass up to an instant, and everything happen until then, that instant included. Time never goes back: an
    /// instant that is past changes nothing.
    pub fn advance_to(&mut self, at: SimTime) {
        if self.next_due().is_some_and(|due| due <= at) {
            let program = Arc::clone(self.account.shared_program());
            let code = Code::new(&program);
            while let Some(due) = self.next_due().filter(|&due| due <= at) {
                self.fall_due_at(&code, due);
            }
        }
        self.account.advance_clock(Some(at));
    }

    /// Whether its scripts are done.
    pub const fn is_script_over(&self) -> bool {
        self.ended || self.threads.all_done()
    }

    fn fall_due_at(&mut self, code: &Code<'_>, due: SimTime) {
        self.account.advance_clock(Some(due));
        self.instant(code);
        self.account.instant_over();
    }

    /// What the scenario expects at its end is checked now, if its script is over; time can go on after that.
    pub fn judge_end(&mut self) {
        if self.is_script_over() {
            self.judge_all();
            self.account.instant_over();
        }
    }

    /// The end, now: open meters are closed, and what the scenario expects at its end is checked.
    pub fn close(self) -> Ended {
        let program = Arc::clone(self.account.shared_program());
        let code = Code::new(&program);
        self.finish(&code, false)
    }
}
