//! The shell: the files a browser asks for, named by their content and pointing at each other by those names.
//!
//! In: the app's module, its script, the styles, the static files. Out: finished files, sorted by path.
//! A static file names another as `{{name}}`, itself a build as `{{build}}`, and the service worker the whole list as
//! `{{files}}`; a name that does not exist stops the build. The order below is the order of who points at whom.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use sha2::{Digest as _, Sha256};

/// How many hexadecimal digits of a digest go into a name: 64 bits, plenty among a few dozen files.
const NAME_DIGITS: usize = 16;

/// The scripts, each after those it points at.
const SCRIPTS: [&str; 4] = ["crash.js", "worker.js", "update.js", "boot.js"];

/// What a bundle is made of.
pub(crate) struct Parts {
    /// The app, ready for the browser.
    pub(crate) wasm: Vec<u8>,
    /// The script that loads it.
    pub(crate) glue: String,
    /// The one style sheet.
    pub(crate) style: Vec<u8>,
    /// The folder of static files.
    pub(crate) public: PathBuf,
    /// The service worker.
    pub(crate) service_worker: PathBuf,
    /// While developing: no service worker, and the page reloads when the bundle changes.
    pub(crate) reloads_itself: bool,
}

/// A finished bundle, not yet written.
#[derive(Debug)]
pub(crate) struct Shell {
    /// Names this build.
    pub(crate) id: String,
    /// Sorted by path.
    pub(crate) files: Vec<File>,
}

/// A finished file.
#[derive(Debug)]
pub(crate) struct File {
    /// As asked for by a browser, beginning with `/`.
    pub(crate) path: String,
    /// Lower-case hexadecimal.
    pub(crate) sha256: String,
    /// Uncompressed.
    pub(crate) bytes: Vec<u8>,
    /// The name holds the hash of the content.
    pub(crate) immutable: bool,
}

/// Puts the bundle together.
pub(crate) fn assemble(parts: &Parts) -> anyhow::Result<Shell> {
    let sources = Sources::read(parts)?;
    let mut bundle = Assembly::start(sources.id(parts));
    bundle.add_hashed("app.wasm", parts.wasm.clone());
    bundle.add_hashed("app.js", parts.glue.clone().into_bytes());
    bundle.add_hashed("style.css", parts.style.clone());
    for (name, bytes) in &sources.icons {
        bundle.add_hashed(name, bytes.clone());
    }
    for name in SCRIPTS {
        let text = bundle.filled_in(name, sources.text(name)?)?;
        bundle.add_hashed(name, text.into_bytes());
    }
    for name in ["manifest.webmanifest", "index.html"] {
        let text = bundle.filled_in(name, sources.text(name)?)?;
        bundle.add(name, format!("/{name}"), text.into_bytes(), false);
    }
    bundle.names.insert("files".to_owned(), bundle.list());
    let text = bundle.filled_in("sw.js", sources.text("sw.js")?)?;
    bundle.add("sw.js", "/sw.js".to_owned(), text.into_bytes(), false);
    Ok(bundle.finish())
}

/// The static files as they lie in the tree.
struct Sources {
    texts: BTreeMap<&'static str, String>,
    icons: BTreeMap<String, Vec<u8>>,
}

impl Sources {
    fn read(parts: &Parts) -> anyhow::Result<Self> {
        let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("read {}", path.display()));
        let mut texts = BTreeMap::new();
        for name in SCRIPTS.into_iter().chain(["manifest.webmanifest", "index.html"]) {
            let file = if name == "update.js" && parts.reloads_itself { "dev.js" } else { name };
            texts.insert(name, read(&parts.public.join(file))?);
        }
        texts.insert("sw.js", read(&parts.service_worker)?);
        let folder = parts.public.join("icons");
        let mut icons = BTreeMap::new();
        for file in fs::read_dir(&folder).with_context(|| format!("read {}", folder.display()))? {
            let path = file.with_context(|| format!("read {}", folder.display()))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
            icons.insert(format!("icons/{name}"), bytes);
        }
        Ok(Self { texts, icons })
    }

    fn text(&self, name: &str) -> anyhow::Result<&str> {
        self.texts.get(name).map(String::as_str).with_context(|| format!("there is no {name}"))
    }

    /// A digest over everything that goes in. It cannot be taken over what comes out, because that holds it.
    fn id(&self, parts: &Parts) -> String {
        let mut digest = Sha256::new();
        let mut feed = |name: &str, bytes: &[u8]| digest.update(format!("{name} {}\n", sha256(bytes)));
        feed("app.wasm", &parts.wasm);
        feed("app.js", parts.glue.as_bytes());
        feed("style.css", &parts.style);
        self.texts.iter().for_each(|(name, text)| feed(name, text.as_bytes()));
        self.icons.iter().for_each(|(name, bytes)| feed(name, bytes));
        hexadecimal(&digest.finalize()).chars().take(NAME_DIGITS).collect()
    }
}

/// A bundle in the making: the files so far, and what each is called from the others.
struct Assembly {
    names: BTreeMap<String, String>,
    files: BTreeMap<String, File>,
    id: String,
}

impl Assembly {
    fn start(id: String) -> Self {
        Self { names: BTreeMap::from([("build".to_owned(), id.clone())]), files: BTreeMap::new(), id }
    }

    /// Adds a file whose name is to hold its hash: `icons/icon.svg` becomes `/icons/icon-HASH.svg`.
    fn add_hashed(&mut self, name: &str, bytes: Vec<u8>) {
        let hash: String = sha256(&bytes).chars().take(NAME_DIGITS).collect();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        self.add(name, format!("/{stem}-{hash}.{ending}"), bytes, true);
    }

    fn add(&mut self, name: &str, path: String, bytes: Vec<u8>, immutable: bool) {
        self.names.insert(name.to_owned(), path.clone());
        self.files.insert(path.clone(), File { sha256: sha256(&bytes), path, bytes, immutable });
    }

    /// Replaces every `{{name}}` of a text.
    fn filled_in(&self, file: &str, text: &str) -> anyhow::Result<String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else {
                bail!("{file}: a `{{{{` is never closed")
            };
            let value =
                self.names.get(name).with_context(|| format!("{file}: there is no `{name}` to point at"))?;
            filled.push_str(before);
            filled.push_str(value);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The service worker's list: `[["/path", "sha256"], …]`.
    fn list(&self) -> String {
        let mut list = String::from("[\n");
        for file in self.files.values() {
            let _infallible = writeln!(list, "  [\"{}\", \"{}\"],", file.path, file.sha256);
        }
        list + "]"
    }

    fn finish(self) -> Shell {
        Shell { id: self.id, files: self.files.into_values().collect() }
    }
}

fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The real static files round a made-up app.
    fn parts(wasm: &[u8]) -> Parts {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Parts {
            wasm: wasm.to_vec(),
            glue: "export function start_page() {}".to_owned(),
            style: b"body{}".to_vec(),
            public: repository.join("app/public"),
            service_worker: repository.join("app/service_worker/sw.js"),
            reloads_itself: false,
        }
    }

    fn text_of(shell: &Shell, start: &str) -> String {
        let file = shell.files.iter().find(|file| file.path.starts_with(start)).unwrap();
        String::from_utf8(file.bytes.clone()).unwrap()
    }

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        let (first, second) = (assemble(&parts(b"app")).unwrap(), assemble(&parts(b"app")).unwrap());
        assert_eq!(format!("{first:?}"), format!("{second:?}"));
    }

    #[test]
    fn another_app_is_another_build_with_another_name() {
        let (first, second) = (assemble(&parts(b"app")).unwrap(), assemble(&parts(b"new app")).unwrap());
        assert_ne!(first.id, second.id);
        let wasm = |shell: &Shell| {
            shell.files.iter().find(|file| file.path.ends_with(".wasm")).unwrap().path.clone()
        };
        assert_ne!(wasm(&first), wasm(&second));
    }

    #[test]
    fn the_service_worker_lists_every_file_but_itself_with_its_digest() {
        let shell = assemble(&parts(b"app")).unwrap();
        let worker = text_of(&shell, "/sw.js");
        for file in shell.files.iter().filter(|file| file.path != "/sw.js") {
            assert!(worker.contains(&format!("[\"{}\", \"{}\"]", file.path, file.sha256)), "{}", file.path);
        }
        assert!(!worker.contains("\"/sw.js\""));
    }

    #[test]
    fn no_placeholder_is_left_and_no_script_or_style_is_written_into_the_page() {
        let shell = assemble(&parts(b"app")).unwrap();
        for file in
            shell.files.iter().filter(|file| file.path.ends_with(".js") || file.path.ends_with(".html"))
        {
            let text = String::from_utf8(file.bytes.clone()).unwrap();
            assert!(!text.contains("{{"), "{}", file.path);
        }
        let page = text_of(&shell, "/index.html");
        assert!(!page.contains("<style") && !page.contains("style=") && !page.contains("onclick"));
        for script in page.split("<script").skip(1) {
            let (tag, after) = script.split_once('>').unwrap();
            assert!(tag.contains("src=\"/") && after.starts_with("</script>"), "{tag}");
        }
    }

    #[test]
    fn a_name_that_does_not_exist_stops_the_build() {
        let bundle = Assembly::start("id".to_owned());
        let error = bundle.filled_in("boot.js", "import \"{{ap.js}}\"").unwrap_err();
        assert_eq!(error.to_string(), "boot.js: there is no `ap.js` to point at");
        assert!(bundle.filled_in("boot.js", "{{build").is_err());
    }
}
