//! Making a failing order shorter, until none of its interruptions can be left out.

use std::sync::{Arc, Mutex};

use judge::Kind;
use judge::judging::lock;

use super::runner::{Body, run_all, told};
use super::schedule::{Choice, Plan, Taken};

/// Steps that may be spent on making a failing order shorter; and on looking for two interruptions that can be left out
/// together.
const SHORTER: usize = 1_000_000;
const PAIRS: usize = 100_000;

/// A run that failed.
struct Failed {
    kind: Kind,
    taken: Vec<Choice>,
}

/// Runs after a plan; `None` if that does not fail.
fn one(body: &Body, plan: Plan) -> Option<Failed> {
    let taken = Arc::new(Mutex::new(Taken::default()));
    let mut plan = Some(plan);
    let payload = run_all(body, move |_| plan.take(), &taken).err()?;

    Some(Failed {
        kind: told(&*payload).kind,
        taken: std::mem::take(&mut lock(&taken).choices),
    })
}

/// A failing order that is being made shorter.
struct Shortening<'a> {
    body: &'a Body,
    kind: Kind,
    taken: Vec<Choice>,
    /// Steps that have been spent on it.
    spent: usize,
}

impl Shortening<'_> {
    fn plan(&self) -> Plan {
        Plan::that_chose(&self.taken)
    }

    /// Leaves these deviations out, if it is shorter then and fails in the same way; whether it has.
    fn leave_out(&mut self, is_left_out: &dyn Fn(usize) -> bool) -> bool {
        let length = self.plan().len();
        for plan in Plan::that_chose_without(&self.taken, is_left_out) {
            self.spent += self.taken.len();
            let shorter = one(self.body, plan)
                .filter(|failed| failed.kind == self.kind)
                .filter(|failed| Plan::that_chose(&failed.taken).len() < length);
            if let Some(shorter) = shorter {
                self.taken = shorter.taken;
                return true;
            }
        }

        false
    }

    /// Keeps the first deviations alone, as few as will do.
    fn cut(&mut self) {
        let length = self.plan().len();
        let mut kept = 0;

        while kept < length && !self.leave_out(&|index| index >= kept) {
            kept = (kept * 2).max(1);
        }
    }

    /// Leaves deviations out, half of them at a time, then a quarter, down to one.
    fn thin_out(&mut self) {
        let mut size = self.plan().len().div_ceil(2).max(1);
        loop {
            let mut start = 0;
            let mut has_helped = false;
            while start < self.plan().len() && self.spent < SHORTER {
                if self.leave_out(&|index| (start..start + size).contains(&index)) {
                    has_helped = true;
                } else {
                    start += size;
                }
            }
            if size == 1 && !has_helped {
                return;
            }
            size = size.div_ceil(2).min(self.plan().len()).max(1);
        }
    }

    /// Leaves two deviations out that are of no use without each other; whether there were such.
    fn leave_out_a_pair(&mut self) -> bool {
        let length = self.plan().len();
        let pairs = (0..length).flat_map(|one| (one + 1..length).map(move |other| [one, other]));
        let affordable = PAIRS / self.taken.len().max(1);

        pairs
            .take(affordable)
            .any(|pair| self.leave_out(&|index| pair.contains(&index)))
    }
}

/// The plan with few interruptions that still fails in the same way: none of them can be left out.
pub(super) fn shortened(body: &Body, kind: Kind, taken: &[Choice]) -> Plan {
    let mut order = Shortening {
        body,
        kind,
        taken: taken.to_vec(),
        spent: 0,
    };

    order.cut();
    order.thin_out();
    while order.leave_out_a_pair() {
        order.thin_out();
    }

    order.plan()
}

/// Those deviations of a plan without which it fails in the same way.
pub(super) fn superfluous(body: &Body, plan: Plan) -> Vec<usize> {
    let Some(failing) = one(body, plan) else {
        return Vec::new();
    };

    let fails_without = |left_out: &usize| {
        let mut plans = Plan::that_chose_without(&failing.taken, &|index| index == *left_out);
        plans.any(|plan| one(body, plan).is_some_and(|failed| failed.kind == failing.kind))
    };
    (0..Plan::that_chose(&failing.taken).len())
        .filter(fails_without)
        .collect()
}
