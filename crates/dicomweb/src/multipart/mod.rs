//! Bodies of many parts (RFC 2046, 5.1; RFC 2387), read from a stream and written.

mod boundary;
mod error;
mod headers;
mod limits;
mod reader;
mod written;

pub use boundary::Boundary;
pub use error::MultipartError;
pub use headers::PartHeaders;
pub use limits::Limits;
pub use reader::{Piece, Reader};
