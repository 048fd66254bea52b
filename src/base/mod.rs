//! What every layer shares: spans, the texts they point into, the diagnostic value, nearest-name suggestions.
//! Knows nothing of policies or facts.

pub mod clean;
pub mod codes;
pub mod diagnostic;
mod hexadecimal;
pub mod span;
pub mod suggest;

pub use codes::{Code, CodeEntry};
pub use diagnostic::{Diagnostic, Excerpt, Label, Place, Severity};
pub use hexadecimal::hexadecimal;
pub use span::{Source, SourceId, SourceMap, Span, Spanned};
