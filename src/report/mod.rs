//! Case and diagnosis as documents.
