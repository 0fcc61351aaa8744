//! One number that moves with every change of who may see what; whoever remembers something compares it.

use tokio::sync::watch;

/// The generation of everything that memory may hold of people and links. Clones share it.
#[derive(Clone, Debug)]
pub struct Changes(watch::Sender<u64>);

impl Default for Changes {
    fn default() -> Self {
        Self(watch::Sender::new(1))
    }
}

impl Changes {
    /// Something changed: what was remembered before holds no more.
    pub fn bump(&self) {
        self.0.send_modify(|generation| *generation += 1);
    }

    pub fn generation(&self) -> u64 {
        *self.0.borrow()
    }

    /// Wakes with every change.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
