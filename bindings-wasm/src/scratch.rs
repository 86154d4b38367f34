//! Room that JavaScript writes text into, so that none need be allocated for each call.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Where there is room for this many bytes, until more are asked for.
#[wasm_bindgen]
pub fn scratch(capacity: usize) -> *const u8 {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.resize(capacity, 0);
        scratch.as_ptr()
    })
}

/// The memory that it lies in.
#[wasm_bindgen(js_name = scratchMemory)]
pub fn scratch_memory() -> JsValue {
    wasm_bindgen::memory()
}

/// Reads the text of this length that was written there; nothing where it is none.
pub(crate) fn read<T>(length: usize, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    SCRATCH.with_borrow(|scratch| read(simdutf8::basic::from_utf8(scratch.get(..length)?).ok()?))
}
