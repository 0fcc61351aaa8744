//! Who uses the console, and what their role allows.

/// What a user may do. Each role may all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Look.
    Viewer,
    /// Run the console: rooms, streams, links.
    Operator,
    /// Change who may do what, and the settings.
    Admin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    /// The name in SQL, flags and pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// The role of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// The signed-in user of this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub id: i64,
    pub name: String,
    pub role: Role,
    /// IANA name of their own zone; `None` is the app's.
    pub zone: Option<String>,
    /// `en`, `zh` or `ja`; `None` is the browser's.
    pub lang: Option<String>,
}

impl Viewer {
    /// Whether they may do what asks for `role`.
    pub fn may(&self, role: Role) -> bool {
        self.role >= role
    }
}
