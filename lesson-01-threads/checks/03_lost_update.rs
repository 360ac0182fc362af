//! Judges `03_lost_update`: two threads at the same account, in every order of their steps.

use common::exercise;
use common::exercises::interleave::{every_schedule, sync};
use common::exercises::{Kind, Solved, expect};

use exercise::Account;
use sync::thread;

crate::exercise!("../exercises/03_lost_update.rs");

/// Two deposits, then two who want more than there is for both: no cent is lost, and none is paid out twice.
pub fn check() -> Solved {
    every_schedule(|| {
        let account = Account::new(0);
        thread::scope(|scope| {
            scope.spawn(|| account.deposit(30));
            scope.spawn(|| account.deposit(70));
        });
        expect(
            Kind::LostUpdate,
            "30 and 70 cents were put on an empty account",
            &account.cents(),
            &100,
        );
    });
    every_schedule(|| {
        let account = Account::new(100);
        let paid = thread::scope(|scope| {
            let both = [
                scope.spawn(|| account.withdraw(60)),
                scope.spawn(|| account.withdraw(60)),
            ];
            both.into_iter()
                .filter_map(|one| one.join().ok())
                .filter(|paid| *paid)
                .count()
        });
        let what = "two wanted 60 of 100 cents: how many got them, and what is left";
        expect(Kind::WrongResult, what, &(paid, account.cents()), &(1, 40));
    })
}
