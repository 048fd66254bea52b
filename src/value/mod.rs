//! Plain values of the field: three-valued truth, durations, instants, cadences, sizes, shares; and how each is read
//! from and written as text. Knows no facts, no policy and no clock; the zone database is the one in the program.
//!
//! Units: instants are nanoseconds since 1970-01-01T00:00:00Z; durations nanoseconds or calendar months; sizes bytes;
//! rates bytes a second; percents 10⁻⁹ percent (98 % is 98_000_000_000).

pub mod calendar;
pub mod civil;
pub mod decimal;
pub mod duration_text;
pub mod instant;
pub mod literal;
pub mod period;
pub mod ratio;
mod scalar;
pub mod schedule;
pub mod shown;
pub mod size;
mod types;
pub mod window;
pub mod zone;

pub use instant::ReadTime;
pub use literal::LiteralError;
pub use ratio::Ratio;
pub use scalar::Scalar;
pub use types::{Cadence, ClockTime, Duration, Instant, Truth, Window};
pub use zone::Zone;
