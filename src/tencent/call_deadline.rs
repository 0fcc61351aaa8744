//! Until when calls may be sent: while another server may take over the app, no call may come from here.

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::sync::watch;

/// A time after which no call is sent, which may be moved. Clones share it. Measured by a clock that also runs while the
/// process is stopped.
#[derive(Clone, Debug)]
pub struct CallDeadline(watch::Sender<Option<Instant>>);

/// A call came after the deadline.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("another server may make the calls of this app now")]
struct DeadlinePassed;

impl CallDeadline {
    /// Calls may be sent before `until`.
    pub fn at(until: Instant) -> Self {
        Self(watch::Sender::new(Some(until)))
    }

    /// Moves the deadline, never back.
    pub fn extend(&self, until: Instant) {
        self.0.send_modify(|known| {
            if known.is_some_and(|known| known < until) {
                *known = Some(until);
            }
        });
    }

    /// No call is sent any more, whatever [`Self::extend`] says later.
    pub fn close(&self) {
        self.0.send_replace(None);
    }

    pub fn has_passed(&self) -> bool {
        self.0.borrow().is_none_or(|until| Instant::now() >= until)
    }

    /// Waits until a call may be sent.
    pub async fn wait(&self) {
        let mut moved = self.0.subscribe();
        // The sender is in `self`, so the wait cannot fail.
        let _ = moved.wait_for(|until| until.is_some_and(|until| Instant::now() < until)).await;
    }

    /// A body that is not sent after the deadline. It is read when the connection is there, right before all is sent.
    pub(super) fn body(&self, text: &str) -> reqwest::Body {
        reqwest::Body::wrap(GuardedBody {
            deadline: self.clone(),
            bytes: Some(Bytes::copy_from_slice(text.as_bytes())),
        })
    }
}

/// One frame, which is refused after the deadline.
struct GuardedBody {
    deadline: CallDeadline,
    bytes: Option<Bytes>,
}

impl Body for GuardedBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Some(bytes) = self.bytes.take() else { return Poll::Ready(None) };
        Poll::Ready(Some(match self.deadline.has_passed() {
            false => Ok(Frame::data(bytes)),
            true => Err(DeadlinePassed.into()),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use futures::FutureExt;
    use std::time::Duration;

    /// The first frame of a body.
    async fn sent(mut body: reqwest::Body) -> Result<Option<Bytes>, reqwest::Error> {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await.transpose()?;
        Ok(frame.and_then(|frame| frame.into_data().ok()))
    }

    #[tokio::test]
    async fn nothing_is_sent_after_the_deadline_until_it_is_moved() {
        let deadline = CallDeadline::at(Instant::now());
        assert!(deadline.has_passed());
        assert_eq!(deadline.wait().now_or_never(), None);
        assert!(sent(deadline.body("{}")).await.is_err());
        let waiting = tokio::spawn({
            let deadline = deadline.clone();
            async move { deadline.wait().await }
        });
        deadline.extend(Instant::now() + Duration::from_secs(60));
        waiting.await.unwrap();
        let body = deadline.body("{}");
        assert_eq!(body.size_hint().exact(), Some(2));
        assert_eq!(sent(body).await.unwrap().unwrap(), "{}");
        // Back it never goes, and once closed it stays so.
        deadline.extend(Instant::now());
        assert!(!deadline.has_passed());
        deadline.close();
        deadline.extend(Instant::now() + Duration::from_secs(60));
        assert!(deadline.has_passed());
    }
}
