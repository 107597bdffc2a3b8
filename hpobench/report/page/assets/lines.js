// The lines of Python that use a strategy: they run as they are pasted, on a space like the case.

const GIVEN = [
  ["# function(config, epochs)", "def function(config, epochs):"],
  ["# function(config)", "def function(config):"],
];
const YOURS = "    # Put your own model here: it returns what is minimised.";
const NUMBERS = "each**2", CHOICES = 'float(each != "a")';
const OUR_SPACE = "space = Space(", OUR_IMPORT = "from hpobench import ";

/** The lines for a strategy, with the numbers of a case, a function and, for ours, its space. */
function linesFor(strategy, { evaluations, workers, parameters, categorical }) {
  return strategy.lines.flatMap((line) => {
    const given = GIVEN.find(([start]) => line.startsWith(start));
    if (given) return [given[1], YOURS, bodyFor(strategy, parameters, categorical), ""];
    if (line === "import hpobench") return ["import hpobench  # in a copy of its repository: pip install ."];
    if (line.startsWith(OUR_IMPORT)) return [OUR_IMPORT + kindsOf(parameters, categorical).join(", ")];
    if (line.startsWith(OUR_SPACE)) return spaceLines(parameters, categorical);
    return [line.replace("{evaluations}", evaluations).replace("{workers}", workers)];
  });
}

/** What stands for one's own model: it is lowest where all numbers are 0 and all choices are "a". */
function bodyFor(strategy, parameters, categorical) {
  const choices = hasOwnSpace(strategy) && categorical, numbers = !choices || reals(parameters, categorical);
  const each = choices && numbers ? `${CHOICES} if isinstance(each, str) else ${NUMBERS}` : choices ? CHOICES : NUMBERS;
  return `    return sum(${each} for each in config.values())`;
}

const reals = (parameters, categorical) => parameters - categorical;

const kindsOf = (parameters, categorical) =>
  [...(categorical ? ["Categorical"] : []), ...(reals(parameters, categorical) ? ["Float"] : []), "Space"];

const MOST_SPELLED = 12;

/** A space of so many parameters: real ones, every second of them logarithmic, and choices. */
function spaceLines(parameters, categorical) {
  const lines = [], numbers = reals(parameters, categorical);
  if (parameters > MOST_SPELLED) {
    const each = (name, value, first, last, step) => (last < first ? [] : [`    **{f"${name}{i}": ${value} for i in range(${first}, ${last + 1}${step})},`]);
    lines.push(...each("x", "Float(-5, 10)", 1, numbers, ", 2"), ...each("x", "Float(1e-4, 1, log=True)", 2, numbers, ", 2"), ...each("choice", 'Categorical(("a", "b", "c"))', 1, categorical, ""));
    return ["space = Space({", ...lines, "})"];
  }
  for (let i = 1; i <= numbers; i++) {
    lines.push(i % 2 ? `    "x${i}": Float(-5, 10),` : `    "x${i}": Float(1e-4, 1, log=True),`);
  }
  for (let i = 1; i <= categorical; i++) lines.push(`    "choice${i}": Categorical(("a", "b", "c")),`);
  return ["space = Space({", ...lines, "})"];
}

/** Whether lines have the parameters of the case; a library's have two, as its documents write them. */
const hasOwnSpace = (strategy) => strategy.lines.some((line) => line.startsWith(OUR_SPACE));

/** Put the lines on the clipboard, and say so on the button. */
function copyLines(button) {
  const code = button.closest(".code").querySelector("code");
  navigator.clipboard?.writeText(code.textContent).then(
    () => { button.textContent = "copied"; },
    () => { getSelection().selectAllChildren(code); button.textContent = "selected"; },
  ) ?? getSelection().selectAllChildren(code);
}
