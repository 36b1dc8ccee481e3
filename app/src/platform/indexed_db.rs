//! The browser's store: IndexedDB, strict.
//!
//! In: reads and whole commits, from the engine. Out: rows, or a named fault.
//! One object store a table; keys and values are bytes. A commit is one transaction with `durability: "strict"`, and is
//! said to be done only on its `complete`. A connection the browser dropped (after a suspend, after the camera) is
//! opened again and what had not begun is tried once more. web-sys knows neither strict transactions nor binary keys
//! well enough, so the dozen functions used are named here. Source: device design, "Page, worker, store".

use doorstep_shared::sorted;
use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::store::{Disk, DiskFault, Row, Table, Write};

/// The database's name.
const NAME: &str = "doorstep";

/// Its version: one more for every table that is added.
const VERSION: u32 = 1;

#[wasm_bindgen]
extern "C" {
    type Factory;
    #[wasm_bindgen(method, catch)]
    fn open(this: &Factory, name: &str, version: u32) -> Result<Request, JsValue>;

    type Request;
    #[wasm_bindgen(method, setter)]
    fn set_onsuccess(this: &Request, then: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_onerror(this: &Request, then: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_onblocked(this: &Request, then: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_onupgradeneeded(this: &Request, then: &JsValue);
    #[wasm_bindgen(method, getter, catch)]
    fn result(this: &Request) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn error(this: &Request) -> Result<JsValue, JsValue>;

    type Database;
    #[wasm_bindgen(method, catch, js_name = createObjectStore)]
    fn create_object_store(this: &Database, name: &str) -> Result<ObjectStore, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Database,
        stores: &Array,
        mode: &str,
        options: &Object,
    ) -> Result<Transaction, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &Database);
    #[wasm_bindgen(method, setter)]
    fn set_onclose(this: &Database, then: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_onversionchange(this: &Database, then: &JsValue);

    type Transaction;
    #[wasm_bindgen(method, catch, js_name = objectStore)]
    fn object_store(this: &Transaction, name: &str) -> Result<ObjectStore, JsValue>;
    #[wasm_bindgen(method, setter)]
    fn set_oncomplete(this: &Transaction, then: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_onabort(this: &Transaction, then: &JsValue);
    #[wasm_bindgen(method, getter, js_name = error)]
    fn cause(this: &Transaction) -> JsValue;
    #[wasm_bindgen(method, catch)]
    fn abort(this: &Transaction) -> Result<(), JsValue>;

    type ObjectStore;
    #[wasm_bindgen(method, catch)]
    fn put(this: &ObjectStore, value: &Uint8Array, key: &Uint8Array) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn delete(this: &ObjectStore, key: &Uint8Array) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn get(this: &ObjectStore, key: &Uint8Array) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getAll)]
    fn get_all(this: &ObjectStore, range: &JsValue) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getAllKeys)]
    fn get_all_keys(this: &ObjectStore, range: &JsValue) -> Result<Request, JsValue>;

    #[wasm_bindgen(js_name = IDBKeyRange)]
    type KeyRange;
    #[wasm_bindgen(static_method_of = KeyRange, catch, js_class = "IDBKeyRange", js_name = lowerBound)]
    fn lower_bound(lower: &Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(static_method_of = KeyRange, catch, js_class = "IDBKeyRange")]
    fn bound(lower: &Uint8Array, upper: &Uint8Array, above: bool, below: bool) -> Result<JsValue, JsValue>;
}

/// An open store.
pub(crate) struct IndexedDb {
    database: Database,
    is_lost: Rc<Cell<bool>>,
}

/// The fault behind an error of the browser's.
fn fault_of(error: &JsValue) -> DiskFault {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
    match name.as_str() {
        "QuotaExceededError" => DiskFault::Full,
        "VersionError" => DiskFault::Newer { format: u8::MAX },
        "DataError" | "DataCloneError" | "NotFoundError" => DiskFault::Corrupt,
        _ => DiskFault::Lost,
    }
}

/// The result of a request, when it has one.
async fn answer(request: &Request) -> Result<JsValue, JsValue> {
    let settled = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(&resolve);
        request.set_onerror(&reject);
    });
    match JsFuture::from(settled).await {
        Ok(_) => request.result(),
        Err(_) => Err(request.error().unwrap_or(JsValue::NULL)),
    }
}

/// The first key after every key that begins with `prefix`; nothing when there is none.
fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let keep = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix.get(..=keep)?.to_vec();
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    Some(end)
}

fn range(prefix: &[u8]) -> Result<JsValue, JsValue> {
    let lower = Uint8Array::from(prefix);
    match after_prefix(prefix) {
        Some(end) => KeyRange::bound(&lower, &Uint8Array::from(&*end), false, true),
        None => KeyRange::lower_bound(&lower),
    }
}

fn bytes_of(value: &JsValue) -> Vec<u8> {
    Uint8Array::new(value).to_vec()
}

impl IndexedDb {
    /// Opens the store, and makes it the first time.
    ///
    /// # Errors
    /// A [`DiskFault`]: `Newer` when a newer build made it, `Busy` when another window keeps an older one open.
    pub(crate) async fn open() -> Result<Self, DiskFault> {
        let factory: Factory = Reflect::get(&js_sys::global(), &"indexedDB".into())
            .map_err(|_| DiskFault::Lost)?
            .unchecked_into();
        let request = factory.open(NAME, VERSION).map_err(|error| fault_of(&error))?;
        let making = Closure::once_into_js(|event: JsValue| {
            let target = Reflect::get(&event, &"target".into())
                .and_then(|request| Reflect::get(&request, &"result".into()));
            if let Ok(database) = target {
                let database: Database = database.unchecked_into();
                for table in Table::ALL {
                    // There already: this version adds what the one before it had not.
                    let _ = database.create_object_store(table.name());
                }
            }
        });
        request.set_onupgradeneeded(&making);
        let is_blocked = Rc::new(Cell::new(false));
        let settled = Promise::new(&mut |resolve, reject| {
            let blocked = Rc::clone(&is_blocked);
            let refuse = reject.clone();
            let on_blocked = Closure::once_into_js(move || {
                blocked.set(true);
                // The promise is ours: a call on it cannot fail.
                let _ = refuse.call0(&JsValue::UNDEFINED);
            });
            request.set_onsuccess(&resolve);
            request.set_onerror(&reject);
            request.set_onblocked(&on_blocked);
        });
        if JsFuture::from(settled).await.is_err() {
            return Err(if is_blocked.get() {
                DiskFault::Busy
            } else {
                fault_of(&request.error().unwrap_or(JsValue::NULL))
            });
        }
        let database: Database = request.result().map_err(|error| fault_of(&error))?.unchecked_into();
        let is_lost = Rc::new(Cell::new(false));
        let lost = Rc::clone(&is_lost);
        database.set_onclose(&Closure::once_into_js(move || lost.set(true)));
        let lost = Rc::clone(&is_lost);
        database.set_onversionchange(&Closure::once_into_js(move |event: JsValue| {
            // A newer build in another window wants to make its tables: it has the lock, so nothing is written here.
            lost.set(true);
            if let Ok(target) = Reflect::get(&event, &"target".into()) {
                target.unchecked_into::<Database>().close();
            }
        }));
        Ok(Self { database, is_lost })
    }

    async fn reopen(&mut self) -> Result<(), DiskFault> {
        self.database.close();
        *self = Self::open().await?;
        Ok(())
    }

    /// A transaction over `tables`. One that cannot begin has done nothing, so the connection is opened again for it.
    async fn begin(&mut self, tables: &[Table], mode: &str) -> Result<Transaction, DiskFault> {
        if self.is_lost.get() {
            self.reopen().await?;
        }
        let names: Array = tables.iter().map(|table| JsValue::from_str(table.name())).collect();
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into()).map_err(|_| DiskFault::Lost)?;
        if let Ok(transaction) = self.database.transaction(&names, mode, &options) {
            return Ok(transaction);
        }
        self.reopen().await?;
        self.database.transaction(&names, mode, &options).map_err(|error| fault_of(&error))
    }

    async fn rows(&mut self, table: Table, prefix: &[u8]) -> Result<Vec<Row>, DiskFault> {
        let fault = |error: JsValue| fault_of(&error);
        let store = self.begin(&[table], "readonly").await?.object_store(table.name()).map_err(fault)?;
        let range = range(prefix).map_err(fault)?;
        // Both are asked before either is waited for: a transaction without requests ends.
        let keys = store.get_all_keys(&range).map_err(fault)?;
        let values = store.get_all(&range).map_err(fault)?;
        let keys: Array = answer(&keys).await.map_err(fault)?.unchecked_into();
        let values: Array =
            if let Ok(values) = values.result() { values } else { answer(&values).await.map_err(fault)? }
                .unchecked_into();
        if keys.length() != values.length() {
            return Err(DiskFault::Corrupt);
        }
        Ok(keys
            .iter()
            .zip(values.iter())
            .map(|(key, value)| Row { key: bytes_of(&key), value: bytes_of(&value) })
            .collect())
    }

    async fn value(&mut self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, DiskFault> {
        let fault = |error: JsValue| fault_of(&error);
        let store = self.begin(&[table], "readonly").await?.object_store(table.name()).map_err(fault)?;
        let found = answer(&store.get(&Uint8Array::from(key)).map_err(fault)?).await.map_err(fault)?;
        Ok((!found.is_undefined()).then(|| bytes_of(&found)))
    }
}

impl Disk for IndexedDb {
    async fn load(&mut self, table: Table, prefix: &[u8]) -> Result<Vec<Row>, DiskFault> {
        match self.rows(table, prefix).await {
            Err(DiskFault::Lost) => {
                self.reopen().await?;
                self.rows(table, prefix).await
            }
            answer => answer,
        }
    }

    async fn get(&mut self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, DiskFault> {
        match self.value(table, key).await {
            Err(DiskFault::Lost) => {
                self.reopen().await?;
                self.value(table, key).await
            }
            answer => answer,
        }
    }

    async fn commit(&mut self, writes: Vec<Write>) -> Result<(), DiskFault> {
        let mut tables: Vec<Table> = writes.iter().map(table_of).collect();
        sorted::sort(&mut tables);
        tables.dedup();
        if tables.is_empty() {
            return Ok(());
        }
        let transaction = self.begin(&tables, "readwrite").await?;
        for write in &writes {
            if let Err(error) = perform(&transaction, write) {
                // Nothing of it may stay; one that ended by itself has left nothing either.
                let _ = transaction.abort();
                return Err(fault_of(&error));
            }
        }
        let ended = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(&resolve);
            transaction.set_onabort(&reject);
        });
        JsFuture::from(ended).await.map(|_| ()).map_err(|_| fault_of(&transaction.cause()))
    }
}

const fn table_of(write: &Write) -> Table {
    match write {
        Write::Put { table, .. } | Write::Delete { table, .. } => *table,
    }
}

fn perform(transaction: &Transaction, write: &Write) -> Result<(), JsValue> {
    let store = transaction.object_store(table_of(write).name())?;
    match write {
        Write::Put { key, value, .. } => store.put(&Uint8Array::from(&**value), &Uint8Array::from(&**key))?,
        Write::Delete { key, .. } => store.delete(&Uint8Array::from(&**key))?,
    };
    Ok(())
}
