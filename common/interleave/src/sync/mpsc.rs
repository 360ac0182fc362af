//! Channels: sending and receiving are steps.

use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
pub use std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::super::run::{self, Grant, Op, State};
use super::super::value;
use super::handle::Handle;
use judge::judging::lock;

struct Channel<T> {
    handle: Handle,
    room: Option<usize>,
    items: Mutex<VecDeque<T>>,
}

impl<T> Channel<T> {
    fn object(&self) -> usize {
        self.handle.object(|_| {
            let state = State::Queue {
                length: 0,
                room: self.room,
                senders: 1,
                has_receiver: true,
                taken: 0,
                items: Vec::new(),
            };
            (state, None)
        })
    }

    /// Puts an item in, if there is a receiver; what number it has.
    fn put(&self, item: T, caller: &'static Location<'static>) -> Result<usize, T> {
        let queue = self.object();
        let text = if run::is_recorded() {
            value::shown(&item)
        } else {
            None
        };
        let told = text.clone();
        let number = run::change(queue, |object, _| {
            let State::Queue {
                length,
                has_receiver,
                taken,
                items,
                ..
            } = &mut object.state
            else {
                return None;
            };
            if !*has_receiver {
                return None;
            }
            *length += 1;
            items.push(text);
            Some(*taken + *length)
        });
        let Some(number) = number else {
            run::tell(Some(queue), Some(caller), || {
                "cannot send: no receiver".to_owned()
            });
            return Err(item);
        };

        lock(&self.items).push_back(item);
        run::tell(Some(queue), Some(caller), || match told {
            Some(text) => format!("sends {text}"),
            None => "sends an item".to_owned(),
        });

        Ok(number)
    }

    /// Takes an item out, if there is one.
    fn take(&self, caller: &'static Location<'static>) -> Result<T, TryRecvError> {
        let queue = self.object();
        let is_closed = run::change(queue, |object, _| {
            let State::Queue {
                length,
                senders,
                taken,
                items,
                ..
            } = &mut object.state
            else {
                return true;
            };
            if *length > 0 {
                *length -= 1;
                *taken += 1;
                items.remove(0);
            }
            *senders == 0
        });

        let item = lock(&self.items).pop_front();
        run::tell(Some(queue), Some(caller), || match &item {
            Some(item) => match value::shown(item) {
                Some(text) => format!("receives {text}"),
                None => "receives an item".to_owned(),
            },
            None if is_closed => "finds it closed".to_owned(),
            None => "finds it empty".to_owned(),
        });

        item.ok_or(if is_closed {
            TryRecvError::Disconnected
        } else {
            TryRecvError::Empty
        })
    }

    fn counts(&self, by: isize) {
        // Known before it is counted: the first sender is there from the start.
        if run::number() == 0 {
            return;
        }

        let queue = if run::is_on() {
            Some(self.object())
        } else {
            self.handle.known()
        };
        let Some(queue) = queue else { return };
        let is_last = run::settle(|run, _| {
            let State::Queue { senders, .. } = &mut run.objects[queue].state else {
                return false;
            };
            *senders = senders.saturating_add_signed(by);
            *senders == 0
        });

        if is_last == Some(true) && run::is_on() {
            run::change(queue, |_, _| ());
            run::tell(Some(queue), None, || "closes its end".to_owned());
        }
    }
}

/// The counterpart of std's.
pub struct Sender<T>(Arc<Channel<T>>);

/// The counterpart of std's.
pub struct SyncSender<T>(Arc<Channel<T>>);

/// The counterpart of std's.
pub struct Receiver<T>(
    Arc<Channel<T>>,
    std::marker::PhantomData<std::cell::Cell<()>>,
);

fn new<T>(room: Option<usize>, made: &'static Location<'static>) -> Arc<Channel<T>> {
    let channel = Channel {
        handle: Handle::new(made),
        room,
        items: Mutex::new(VecDeque::new()),
    };
    Arc::new(channel)
}

/// Behaves like std's.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let channel = new(None, Location::caller());
    channel.object();
    (
        Sender(Arc::clone(&channel)),
        Receiver(channel, std::marker::PhantomData),
    )
}

/// Behaves like std's.
#[track_caller]
pub fn sync_channel<T>(room: usize) -> (SyncSender<T>, Receiver<T>) {
    let channel = new(Some(room), Location::caller());
    channel.object();
    (
        SyncSender(Arc::clone(&channel)),
        Receiver(channel, std::marker::PhantomData),
    )
}

impl<T> Sender<T> {
    /// Behaves like std's.
    #[track_caller]
    pub fn send(&self, item: T) -> Result<(), SendError<T>> {
        let caller = Location::caller();
        if run::act(Op::Step, caller) == Grant::Over {
            return Ok(());
        }
        self.0.put(item, caller).map(drop).map_err(SendError)
    }
}

impl<T> SyncSender<T> {
    /// Behaves like std's.
    #[track_caller]
    pub fn send(&self, item: T) -> Result<(), SendError<T>> {
        let caller = Location::caller();
        let queue = self.0.object();
        if run::act(Op::Send(queue), caller) == Grant::Over {
            return Ok(());
        }

        let number = self.0.put(item, caller).map_err(SendError)?;
        if self.0.room == Some(0) {
            run::act(Op::Taken(queue, number), caller);
        }

        Ok(())
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn try_send(&self, item: T) -> Result<(), TrySendError<T>> {
        let caller = Location::caller();
        let queue = self.0.object();
        if run::act(Op::Step, caller) == Grant::Over {
            return Ok(());
        }

        let has_room = run::settle(|run, _| match &run.objects[queue].state {
            State::Queue {
                length,
                room: Some(0),
                ..
            } => *length == 0 && run.is_awaited(queue),
            State::Queue {
                length,
                room: Some(room),
                ..
            } => length < room,
            _ => true,
        });

        run::look(queue, |_| ());
        if has_room == Some(false) && run::look(queue, has_receiver) {
            run::tell(Some(queue), Some(caller), || "finds it full".to_owned());
            return Err(TrySendError::Full(item));
        }

        self.0
            .put(item, caller)
            .map(drop)
            .map_err(TrySendError::Disconnected)
    }
}

fn has_receiver(object: &run::Object) -> bool {
    matches!(
        object.state,
        State::Queue {
            has_receiver: true,
            ..
        }
    )
}

impl<T> Receiver<T> {
    /// Behaves like std's.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        let caller = Location::caller();
        let queue = self.0.object();
        if run::act(Op::Receive(queue), caller) == Grant::Over {
            return lock(&self.0.items).pop_front().ok_or(RecvError);
        }
        self.0.take(caller).map_err(|_| RecvError)
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let caller = Location::caller();
        if run::act(Op::Step, caller) == Grant::Over {
            return lock(&self.0.items)
                .pop_front()
                .ok_or(TryRecvError::Disconnected);
        }
        self.0.take(caller)
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn recv_timeout(&self, limit: Duration) -> Result<T, RecvTimeoutError> {
        let caller = Location::caller();
        let queue = self.0.object();
        match run::act_within(Op::Receive(queue), Some(limit), caller) {
            Grant::Over => lock(&self.0.items)
                .pop_front()
                .ok_or(RecvTimeoutError::Disconnected),
            Grant::WokenUp => {
                run::look(queue, |_| ());
                run::tell(Some(queue), Some(caller), || "its time is up".to_owned());
                Err(RecvTimeoutError::Timeout)
            }
            Grant::Done => self
                .0
                .take(caller)
                .map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Behaves like std's.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// Behaves like std's.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }
}

/// The counterpart of std's.
pub struct Iter<'a, T>(&'a Receiver<T>);

/// The counterpart of std's.
pub struct TryIter<'a, T>(&'a Receiver<T>);

/// The counterpart of std's.
pub struct IntoIter<T>(Receiver<T>);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        self.0.counts(1);
        Sender(Arc::clone(&self.0))
    }
}

impl<T> Clone for SyncSender<T> {
    fn clone(&self) -> SyncSender<T> {
        self.0.counts(1);
        SyncSender(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.counts(-1);
    }
}

impl<T> Drop for SyncSender<T> {
    fn drop(&mut self) {
        self.0.counts(-1);
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if let Some(queue) = self.0.handle.known() {
            run::settle(|run, _| {
                let State::Queue {
                    has_receiver,
                    length,
                    items,
                    ..
                } = &mut run.objects[queue].state
                else {
                    return;
                };
                *has_receiver = false;
                *length = 0;
                items.clear();
            });
            if run::is_on() {
                run::change(queue, |_, _| ());
            }
        }

        let left = std::mem::take(&mut *lock(&self.0.items));
        drop(left);
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for SyncSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncSender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
