//! The laptop as the mail server that the copier is pointed at.
