//! The codes of this layer; their long texts stand in `base/codes/syntax.rs`.

use crate::base::Code;

pub(in crate::syntax) const UNEXPECTED: Code = Code("E0101");
pub(in crate::syntax) const SPELLING: Code = Code("E0102");
pub(in crate::syntax) const LINE_END: Code = Code("E0103");
pub(in crate::syntax) const QUOTES: Code = Code("E0104");
pub(in crate::syntax) const OPEN_TEXT: Code = Code("E0105");
pub(in crate::syntax) const OPEN_BRACKET: Code = Code("E0106");
pub(in crate::syntax) const CLOSING_BRACKET: Code = Code("E0107");
pub(in crate::syntax) const OPENING_BRACE: Code = Code("E0108");
pub(in crate::syntax) const CLOSING_BRACE: Code = Code("E0109");
pub(in crate::syntax) const INDENTED_ITEM: Code = Code("E0110");
pub(in crate::syntax) const UNINDENTED_LINE: Code = Code("E0111");
pub(in crate::syntax) const OUTSIDE: Code = Code("E0112");
pub(in crate::syntax) const UNKNOWN_ITEM: Code = Code("E0113");
pub(in crate::syntax) const RESERVED_WORD: Code = Code("E0114");
pub(in crate::syntax) const INCOMPLETE: Code = Code("E0115");
pub(in crate::syntax) const WRONG_PLACE: Code = Code("E0116");
pub(in crate::syntax) const BAD_INTERPOLATION: Code = Code("E0117");
pub(in crate::syntax) const BAD_NAME: Code = Code("E0118");
pub(in crate::syntax) const UNKNOWN_UNIT: Code = Code("E0119");
pub(in crate::syntax) const BAD_NUMBER: Code = Code("E0120");
pub(in crate::syntax) const BAD_TIME: Code = Code("E0121");
pub(in crate::syntax) const TOO_DEEP: Code = Code("E0122");
pub(in crate::syntax) const LONG_NAME: Code = Code("E0123");
pub(in crate::syntax) const LARGE_FILE: Code = Code("E0124");
pub(in crate::syntax) const NOTHING_TO_CONTINUE: Code = Code("E0125");
pub(in crate::syntax) const SENTENCE: Code = Code("E0126");
pub(in crate::syntax) const STRANGE_CHARACTER: Code = Code("E0127");
pub(in crate::syntax) const BARE_CONDITION: Code = Code("E0128");
pub(in crate::syntax) const SAID_TWICE: Code = Code("E0129");
