//! Judges `03_lost_update`: two threads at the same account, in every order of their steps; then one alone.

// What the answer calls std is what the check puts there.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use interleave::{every_schedule, some_schedules};
use judge::exercise;
use judge::{Kind, Solved, expect, fail};

use exercise::Account;

pub use interleave::sync::{self, hint, thread};
pub use real_std::*;

crate::exercise!("../exercises/03_lost_update.rs", in_steps);

/// Two deposits, then two withdrawals of more than there is for both, then one of each: no cent is lost, and none is paid
/// out twice.
pub fn check() -> Solved {
    every_schedule(|| {
        let account = Account::new(0);
        thread::scope(|scope| {
            scope.spawn(|| account.deposit(30));
            scope.spawn(|| account.deposit(70));
        });
        let what = "30 and 70 cents were put on an empty account";
        expect(Kind::LostUpdate, what, &account.cents(), &100);
    });
    let solved = every_schedule(|| {
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
    });
    every_schedule(|| {
        let account = Account::new(50);
        let paid = thread::scope(|scope| {
            scope.spawn(|| account.deposit(70));
            scope.spawn(|| account.withdraw(30)).join().ok()
        });
        if paid == Some(false) {
            let what = "30 cents were refused, though there were never fewer than 50";
            fail(Kind::WrongResult, what);
        }
        let what = "70 cents were put on an account with 50, and 30 taken off";
        expect(Kind::LostUpdate, what, &account.cents(), &90);
    });
    every_schedule(|| {
        let account = Account::new(50);
        let paid = thread::scope(|scope| {
            scope.spawn(|| account.deposit(70));
            scope.spawn(|| account.withdraw(60)).join().unwrap_or(false)
        });
        let what =
            format!("70 cents on an account with 50, and 60 off it, which went {paid}: the rest");
        let rest = if paid { 60 } else { 120 };
        expect(Kind::LostUpdate, &what, &account.cents(), &rest);
    });
    every_schedule(|| {
        let account = Account::new(100);
        let seen = thread::scope(|scope| {
            scope.spawn(|| account.withdraw(150));
            scope.spawn(|| account.cents()).join().ok()
        });
        let what =
            "there are 100 cents, and somebody wants 150: what another thread sees meanwhile";
        expect(Kind::WrongResult, what, &seen, &Some(100));
    });
    every_schedule(|| {
        let account = Account::new(100);
        let paid = thread::scope(|scope| {
            let both = [30, 20].map(|cents| {
                let account = &account;
                scope.spawn(move || account.withdraw(cents))
            });
            both.map(|one| one.join().ok())
        });
        let what =
            "30 and 20 of 100 cents were wanted at the same time: which were paid, and the rest";
        let got = (paid, account.cents());
        expect(
            Kind::WrongResult,
            what,
            &got,
            &([Some(true), Some(true)], 50),
        );
    });
    some_schedules(|| {
        let account = Account::new(7);
        thread::scope(|scope| {
            for cents in [5, 1, 3] {
                let account = &account;
                scope.spawn(move || account.deposit(cents));
            }
        });
        expect(
            Kind::LostUpdate,
            "7 cents, and 5, 1 and 3 more",
            &account.cents(),
            &16,
        );
    });
    every_schedule(alone);
    solved
}

/// What one thread alone can ask of an account.
fn alone() {
    let much = 5_000_000_000;
    let account = Account::new(much);
    expect(Kind::WrongResult, "a new account", &account.cents(), &much);
    for (wanted, paid, rest) in [
        (much + 1, false, much),
        (much - 20, true, 20),
        (21, false, 20),
        (0, true, 20),
        (20, true, 0),
        (1, false, 0),
    ] {
        let what = format!(
            "{wanted} cents are wanted of {}: whether, and the rest",
            account.cents()
        );
        let got = (account.withdraw(wanted), account.cents());
        expect(Kind::WrongResult, &what, &got, &(paid, rest));
    }
    let other = Account::new(3);
    other.deposit(4);
    let what = "two accounts: what is left on the first, and what is on the second";
    let both = (account.cents(), other.cents());
    expect(Kind::WrongResult, what, &both, &(0, 7));
    account.deposit(much);
    account.deposit(0);
    expect(
        Kind::WrongResult,
        "nothing, and then very much",
        &account.cents(),
        &much,
    );
}
