//! What a run is asked for, read from its arguments.
//!
//! In: words. Out: a `Request` whose paths all exist or are about to be written. Only `cargo xtask` calls this
//! program, so arguments come as pairs and nothing is optional but `--figures`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, bail};

/// How much trouble to take over size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For the tests: quick.
    Ci,
    /// For developing: quick, and the page reloads itself.
    Dev,
    /// For tablets: small, and within the budget.
    Release,
}

/// One run.
#[derive(Debug)]
pub(crate) struct Request {
    /// How much trouble to take over size.
    pub(crate) profile: Profile,
    /// The app as the compiler left it.
    pub(crate) wasm: PathBuf,
    /// The root of the clone.
    pub(crate) repository: PathBuf,
    /// The folder of node modules.
    pub(crate) modules: PathBuf,
    /// The folder to write, emptied first.
    pub(crate) out: PathBuf,
    /// Whether a bundle over the budget is a failure, or is only said to be one.
    pub(crate) budget_holds: bool,
    /// When figures are asked for: the version of the compiler that built the app.
    pub(crate) figures: Option<String>,
}

impl Request {
    /// Reads `--name value` pairs.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let words: Vec<String> = arguments.collect();
        let mut pairs = BTreeMap::new();
        for pair in words.chunks(2) {
            let [name, value] = pair else { bail!("`{}` needs a value", pair.concat()) };
            pairs.insert(name.as_str(), value.as_str());
        }
        let mut take =
            |name: &'static str| pairs.remove(name).with_context(|| format!("`{name}` is missing"));
        let profile = match take("--profile")? {
            "ci" => Profile::Ci,
            "dev" => Profile::Dev,
            "release" => Profile::Release,
            other => bail!("there is no profile `{other}`"),
        };
        let request = Self {
            profile,
            wasm: take("--wasm")?.into(),
            repository: take("--repository")?.into(),
            modules: take("--modules")?.into(),
            out: take("--out")?.into(),
            budget_holds: match take("--budget")? {
                "held" => true,
                "said" => false,
                other => bail!("`--budget` is `held` or `said`, not `{other}`"),
            },
            figures: take("--figures").ok().map(str::to_owned),
        };
        match pairs.keys().next() {
            Some(unknown) => bail!("`{unknown}` is not known"),
            None => Ok(request),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> anyhow::Result<Request> {
        Request::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_whole_request_is_read_in_any_order() {
        let request =
            read("--out o --wasm w --modules m --repository r --budget said --profile release").unwrap();
        assert_eq!(request.profile, Profile::Release);
        assert_eq!((request.budget_holds, request.figures), (false, None));
    }

    #[test]
    fn a_missing_or_unknown_argument_is_named() {
        assert_eq!(read("--profile ci").unwrap_err().to_string(), "`--wasm` is missing");
        let extra = read("--out o --wasm w --modules m --repository r --profile ci --budget held --fast yes");
        assert_eq!(extra.unwrap_err().to_string(), "`--fast` is not known");
    }
}
