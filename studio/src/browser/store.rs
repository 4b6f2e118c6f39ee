//! What the page keeps in the browser's own database: bytes under names.

use super::open::words;
use js_sys::{Array, Promise, Uint8Array};
use leptos::prelude::window;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
    IdbTransactionMode,
};

const DATABASE: &str = "specfuse-studio";
const STORE: &str = "kept";

thread_local! {
    static OPEN: RefCell<Option<IdbDatabase>> = const { RefCell::new(None) };
}

/// Writes all of `entries` or none; an entry without bytes is taken away. Once the database was used,
/// this begins to write at once, as a page that is closed needs it.
///
/// # Errors
/// The browser's words when it cannot.
pub async fn keep(entries: Vec<(String, Option<Vec<u8>>)>) -> Result<(), String> {
    change(|store| {
        for (place, bytes) in &entries {
            match bytes {
                Some(bytes) => store.put_with_key(&Uint8Array::from(&bytes[..]), &place.into())?,
                None => store.delete(&place.into())?,
            };
        }
        Ok(())
    })
    .await
}

/// What is kept under each of `places`.
///
/// # Errors
/// The browser's words when it cannot.
pub async fn kept<const N: usize>(places: [String; N]) -> Result<[Option<Vec<u8>>; N], String> {
    let mut found = [const { None }; N];
    for (found, place) in found.iter_mut().zip(places) {
        let value = ask(|store| store.get(&place.into())).await?;
        *found = value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
    }
    Ok(found)
}

/// Whether something is kept under `place`; where that cannot be known, it is taken for kept.
pub async fn is_kept(place: String) -> bool {
    let count = ask(|store| store.count_with_key(&place.into())).await;
    count.map_or(true, |count| count.as_f64() != Some(0.0))
}

/// Everything that is kept under a name that begins with `prefix/`.
///
/// # Errors
/// The browser's words when it cannot.
pub async fn all_kept(prefix: &str) -> Result<Vec<Vec<u8>>, String> {
    // `0` is the character after `/`.
    let range =
        IdbKeyRange::bound(&format!("{prefix}/").into(), &format!("{prefix}0").into()).map_err(words)?;
    let values = ask(|store| store.get_all_with_key(&range)).await?;
    Ok(Array::from(&values).iter().map(|bytes| Uint8Array::new(&bytes).to_vec()).collect())
}

pub(super) async fn ask(
    request: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Result<JsValue, String> {
    let (_, store) = begin(IdbTransactionMode::Readonly).await.map_err(words)?;
    settled(request(&store).map_err(words)?).await.map_err(words)
}

/// Makes changes that belong together.
pub(super) async fn change(act: impl FnOnce(&IdbObjectStore) -> Result<(), JsValue>) -> Result<(), String> {
    let (transaction, store) = begin(IdbTransactionMode::Readwrite).await.map_err(words)?;
    act(&store).map_err(words)?;
    let done = Promise::new(&mut |yes, no| {
        transaction.set_oncomplete(Some(&yes));
        transaction.set_onabort(Some(&no));
    });
    match JsFuture::from(done).await {
        Ok(_) => Ok(()),
        Err(_) => Err(words(transaction.error().map_or(JsValue::NULL, JsValue::from))),
    }
}

async fn begin(mode: IdbTransactionMode) -> Result<(IdbTransaction, IdbObjectStore), JsValue> {
    let known = OPEN.with_borrow(Option::clone);
    let transaction = match known.map(|db| db.transaction_with_str_and_mode(STORE, mode)) {
        Some(Ok(transaction)) => transaction,
        // Not opened yet, or closed by the browser meanwhile.
        _ => {
            let db = open().await?;
            OPEN.set(Some(db.clone()));
            db.transaction_with_str_and_mode(STORE, mode)?
        }
    };
    let store = transaction.object_store(STORE)?;
    Ok((transaction, store))
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let factory = window().indexed_db()?.ok_or(JsValue::NULL)?;
    let request: IdbOpenDbRequest = factory.open_with_u32(DATABASE, 1)?;
    let fresh = request.clone();
    let upgrade = Closure::once_into_js(move || {
        if let Ok(db) = fresh.result() {
            // A store that cannot be made shows in the first use of it.
            let _ = db.unchecked_into::<IdbDatabase>().create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    Ok(settled(request.unchecked_into()).await?.unchecked_into())
}

async fn settled(request: IdbRequest) -> Result<JsValue, JsValue> {
    let done = Promise::new(&mut |yes, no| {
        request.set_onsuccess(Some(&yes));
        request.set_onerror(Some(&no));
    });
    match JsFuture::from(done).await {
        Ok(_) => request.result(),
        Err(_) => Err(request.error()?.map_or(JsValue::NULL, JsValue::from)),
    }
}
