//! Who may work with the archive: accounts, their passwords and sessions, and which cases they may see.

mod account;
mod grant;
mod password;
mod role;
mod session;
mod subject;

pub use account::{Account, AccountChange, NewAccount, SignInRefusal};
pub use password::{PasswordRefusal, SHORTEST as SHORTEST_PASSWORD};
pub use role::Role;
pub use session::{SESSION_IDLE, SESSION_LONGEST, Session};
pub use subject::{LinkRefusal, Subject};
