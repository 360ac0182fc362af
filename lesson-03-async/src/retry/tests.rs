//! The pauses with seeds, the rest against a real server.

use super::*;

fn policy(tries: u32, budget: u32) -> Policy {
    let (first, longest) = (Duration::from_millis(1), Duration::from_millis(8));
    let random = RefCell::new(fastrand::Rng::with_seed(7));
    Policy {
        first,
        longest,
        tries,
        budget: Cell::new(budget),
        random,
    }
}

fn send_to(rules: Rules, method: &Method, policy: &Policy) -> (Result<String, CallError>, usize) {
    let route = Route {
        path: "/".into(),
        text: "done".into(),
        delay: Duration::ZERO,
    };
    let server = Server::start_with(rules, vec![route]).unwrap();
    let url = server.url("/").parse().unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    (
        runtime.block_on(send(method.clone(), &url, policy)),
        server.seen().asked,
    )
}

#[test]
fn pauses_grow_to_a_limit_and_are_spread() {
    let policy = policy(9, 9);
    let longest = |tries| (0..1000).map(|_| policy.pause(tries)).max().unwrap();
    for (tries, most) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (4_000_000_000, 8)] {
        let most = Duration::from_millis(most);
        let seen = longest(tries);
        assert!(seen <= most && seen > most * 9 / 10, "{tries}: {seen:?}");
    }
    assert!(
        (0..1000).any(|_| policy.pause(4) < Duration::from_millis(1)),
        "they are spread from 0 on"
    );
}

#[test]
fn a_server_that_always_fails_is_asked_as_often_as_allowed() {
    let all_fail = Rules {
        fail_every: 1,
        ..Rules::default()
    };
    let (answer, asked) = send_to(all_fail, &Method::GET, &policy(4, 100));
    assert!(matches!(answer, Err(CallError::Status(status)) if status == 500));
    assert_eq!(asked, 4);
    assert_eq!(
        send_to(all_fail, &Method::GET, &policy(4, 1)).1,
        2,
        "the budget is for one retry"
    );
}

#[test]
fn what_may_have_been_done_is_not_asked_for_twice() {
    let all_fail = Rules {
        fail_every: 1,
        ..Rules::default()
    };
    let policy = policy(4, 100);
    assert_eq!(send_to(all_fail, &Method::POST, &policy).1, 1);
    assert_eq!(policy.budget.get(), 100);
}

#[test]
fn a_request_that_is_wrong_is_not_repeated() {
    let server = Server::start(Vec::new()).unwrap();
    let url = server.url("/nothing").parse().unwrap();
    let policy = policy(4, 100);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    assert!(runtime.block_on(send(Method::GET, &url, &policy)).is_err());
    assert_eq!(policy.budget.get(), 100);
}
