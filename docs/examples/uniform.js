#!/usr/bin/env node
// Random search in JavaScript: a strategy in another language, as docs/protocol.md tells.
// Try it: python -m hpobench all --preset smoke -s random-search -s docs/examples/uniform.js
const readline = require("node:readline");

let space, state;

// A generator that the seed fixes (a Weyl sequence, mixed: Steele, Lea and Flood, 2014, OOPSLA).
function uniform() {
  state = (state + 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
  let z = state;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
  return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53;
}

function drawn(parameter) {
  const u = uniform();
  const { kind, low, high, log, values } = parameter;
  if (kind === "categorical" || kind === "ordinal") return values[Math.floor(u * values.length)];
  const half = kind === "int" ? 0.5 : 0;
  const [from, to] = [low - half, high + half];
  const x = log ? Math.exp(Math.log(from) + u * Math.log(to / from)) : from + u * (to - from);
  return Math.min(Math.max(kind === "int" ? Math.round(x) : x, low), high);
}

// A parameter is active while each of its parents holds one of the values that it names.
function active(parameter, config) {
  return Object.entries(parameter.when).every(
    ([parent, values]) => parent in config && values.includes(config[parent])
  );
}

function answer(request) {
  switch (request.request) {
    case "setup":
      space = Object.entries(request.task.space);
      state = BigInt(request.seed);
      return {};
    case "ask": {
      const config = {};
      for (const [name, parameter] of space) {
        if (active(parameter, config)) config[name] = drawn(parameter);
      }
      return { proposal: { config } };
    }
    case "tell":
      return {};
    default:
      return { error: `no such request: ${request.request}` };
  }
}

console.log(JSON.stringify({ protocol: 1 }));
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  console.log(JSON.stringify(answer(JSON.parse(line))));
});
