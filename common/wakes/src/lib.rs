//! The crate `tracing`, and besides: an instrumented task says when it is woken, and by which thread.
//!
//! Lessons with async tasks know this crate by the name of `tracing`. All that they use is tracing's
//! own, but for [`Instrument`]: a future that is instrumented with the span of a task is polled with a
//! waker of ours. When that is called, it tells the subscriber, and then calls the executor's. The
//! subscriber learns of it as that the task's span *follows from* itself; any other subscriber than
//! the course's makes nothing of that.

#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc)]

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use pin_project_lite::pin_project;

pub use tracing::*;

/// Attaches spans to futures, as tracing's own trait of this name does.
pub trait Instrument: Sized {
    /// Enters the span whenever the future is polled.
    fn instrument(self, span: Span) -> tracing::instrument::Instrumented<Woken<Self>> {
        let woken = Woken {
            inner: self,
            task: task(&span),
            wakers: None,
        };
        tracing::Instrument::instrument(woken, span)
    }
}

impl<T> Instrument for T {}

pin_project! {
    /// A future that says when it is woken.
    #[derive(Debug)]
    pub struct Woken<F> {
        #[pin]
        inner: F,
        task: Option<Task>,
        // The executor's waker, and ours around it.
        wakers: Option<(Waker, Waker)>,
    }
}

/// The span of a task, and the subscriber that knows it.
#[derive(Clone, Debug)]
struct Task {
    span: Id,
    subscriber: Dispatch,
}

/// Returns the span, if it is recorded and begins a task.
fn task(span: &Span) -> Option<Task> {
    let fields = span.metadata()?.fields();
    fields.field("task")?;
    span.with_subscriber(|(span, subscriber)| Task {
        span: span.clone(),
        subscriber: subscriber.clone(),
    })
}

impl<F: Future> Future for Woken<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(task) = this.task else {
            return this.inner.poll(context);
        };

        let known = this.wakers.take();
        let known = known.filter(|(theirs, _)| theirs.will_wake(context.waker()));
        let (_, ours) = this.wakers.insert(known.unwrap_or_else(|| {
            let theirs = context.waker().clone();
            let ours = Telling {
                task: task.clone(),
                waker: theirs.clone(),
            };
            (theirs, Waker::from(Arc::new(ours)))
        }));
        this.inner.poll(&mut Context::from_waker(ours))
    }
}

/// A waker that tells before it wakes.
struct Telling {
    task: Task,
    waker: Waker,
}

impl Wake for Telling {
    fn wake(self: Arc<Telling>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Telling>) {
        let Task { span, subscriber } = &self.task;
        subscriber.record_follows_from(span, span);
        self.waker.wake_by_ref();
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::subscriber::with_default;
    use super::*;

    /// Counts the wakes of spans.
    #[derive(Default)]
    struct Counts(Arc<AtomicUsize>);

    impl Subscriber for Counts {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &span::Attributes<'_>) -> Id {
            Id::from_u64(7)
        }
        fn record(&self, _: &Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, span: &Id, from: &Id) {
            assert_eq!(span, from);
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        fn event(&self, _: &Event<'_>) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    /// Polls a future that wakes itself three times, and returns how often the subscriber was told.
    fn told(span: impl FnOnce() -> Span) -> usize {
        let told = Arc::default();
        with_default(Counts(Arc::clone(&told)), || {
            let mut left = 3;
            let mut seen: Option<Waker> = None;
            let work = poll_fn(move |context| {
                let same = seen.replace(context.waker().clone());
                // A debug build may have several tables of functions for one waker, and takes its clone for another then.
                let known = same.is_none_or(|seen| seen.data() == context.waker().data());
                assert!(known || !Waker::noop().clone().will_wake(Waker::noop()));
                context.waker().wake_by_ref();
                left -= 1;
                if left == 0 {
                    Poll::Ready(5)
                } else {
                    Poll::Pending
                }
            });
            let mut work = Box::pin(work.instrument(span()));
            let mut context = Context::from_waker(Waker::noop());
            while work.as_mut().poll(&mut context).is_pending() {}
        });
        told.load(Ordering::SeqCst)
    }

    #[test]
    fn a_task_s_wakes_are_told_and_the_waker_stays_the_same() {
        assert_eq!(told(|| info_span!("call", task = "News API")), 3);
    }

    #[test]
    fn other_spans_and_none_are_left_alone() {
        assert_eq!(told(|| info_span!("request")), 0);
        assert_eq!(told(Span::none), 0);
    }
}
