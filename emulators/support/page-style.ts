/** The look of every emulator page: light and dark by the reader's system, from a phone to a wide screen. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #fff; --ink: #1b2430; --soft: #5b6675; --line: #dfe3e9; --accent: #0b63ce;
  --accent-ink: #fff; --good: #17733f; --good-ground: #e2f4e9; --bad: #b3261e; --bad-ground: #fbe6e4;
  --warn: #8a5a00; --warn-ground: #fdf1d6; --code: #eef1f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --card: #1b2129; --ink: #e6eaf0; --soft: #9aa6b5; --line: #2e3742; --accent: #6db0ff;
    --accent-ink: #0c1a2b; --good: #6fd49a; --good-ground: #173626; --bad: #ff9a92; --bad-ground: #43201e;
    --warn: #f0c469; --warn-ground: #3b2f12; --code: #252d37;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .5rem 2rem; justify-content: space-between; align-items: end;
  padding: 1rem 1.25rem .75rem; max-width: 82rem; margin: auto; }
h1 { font-size: 1.35rem; margin: 0; }
header p { margin: .15rem 0 0; color: var(--soft); overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.25rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0 0 .6rem; }
small, .soft { color: var(--soft); font-size: .82em; font-weight: 400; }
a { color: var(--accent); }
nav { position: sticky; top: 0; z-index: 2; display: flex; gap: .25rem; overflow-x: auto; background: var(--ground);
  border-bottom: 1px solid var(--line); padding: 0 max(1.25rem, calc((100vw - 82rem) / 2 + 1.25rem)); }
nav a { padding: .6rem .75rem; text-decoration: none; color: inherit; white-space: nowrap;
  border-bottom: 3px solid transparent; }
nav a[aria-current] { border-color: var(--accent); font-weight: 600; }
main { max-width: 82rem; margin: auto; padding: 0 1.25rem 5rem; }
.columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
  align-items: start; }
.columns.two { grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); }
.columns + .live { margin-top: 1rem; }
.wide { grid-column: 1 / -1; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem;
  margin-bottom: 1rem; min-width: 0; }
.columns > .card { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85em; white-space: nowrap; }
th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font: .88em/1.5 ui-monospace, monospace; background: var(--code); border-radius: .3rem;
  padding: .1em .35em; overflow-wrap: anywhere; }
pre { padding: .6rem; max-height: 22rem; overflow: auto; white-space: pre-wrap; margin: .5rem 0 0; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
form + form, form + .actions, .actions + form { margin-top: .8rem; }
label { display: block; font-size: .85em; color: var(--soft); flex: 1 1 9rem; min-width: 0; }
label.short { flex: 0 1 6rem; }
label.check { display: flex; gap: .4rem; align-items: center; flex: 1 1 auto; font-size: 1em; color: inherit; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .6rem; width: 100%;
  align-items: end; }
input, select, textarea, button { font: inherit; color: inherit; border: 1px solid var(--line); border-radius: .4rem;
  padding: .42rem .6rem; background: var(--card); min-width: 0; max-width: 100%; }
input[type=checkbox] { padding: 0; width: 1.1rem; height: 1.1rem; }
label input:not([type=checkbox]), label select, label textarea { width: 100%; font-size: 1.15em;
  color: var(--ink); margin-top: .2rem; }
::placeholder { color: var(--soft); opacity: .7; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button { cursor: pointer; white-space: nowrap; }
button:hover { border-color: var(--accent); }
button[type=submit], button.main { background: var(--accent); border-color: var(--accent); color: var(--accent-ink);
  font-weight: 600; }
button[type=submit] small, button.main small { color: inherit; opacity: .8; }
button:disabled { opacity: .5; cursor: not-allowed; }
[aria-busy] { opacity: .6; }
.actions { display: flex; flex-wrap: wrap; gap: .4rem; }
.danger { color: var(--bad); }
.tag { display: inline-block; padding: .05rem .5rem; border-radius: 1rem; font-size: .85em; background: var(--code);
  white-space: nowrap; }
.tag.good { color: var(--good); background: var(--good-ground); }
.tag.bad { color: var(--bad); background: var(--bad-ground); }
.tag.warn { color: var(--warn); background: var(--warn-ground); }
.empty { color: var(--soft); text-align: center; padding: 1.5rem 1rem; }
details > summary { cursor: pointer; list-style: none; }
details > summary::-webkit-details-marker { display: none; }
.list > details, .list > div { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  margin-bottom: .5rem; }
.list summary, .list > div { display: grid; gap: .15rem 1rem; padding: .65rem .9rem; align-items: center;
  grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); }
.list summary::before { content: none; }
.list details[open] > summary { border-bottom: 1px solid var(--line); }
.list .inner { padding: .9rem; display: grid; gap: .9rem; }
.list .inner > * { min-width: 0; }
#notice { position: fixed; bottom: 1rem; left: 50%; transform: translateX(-50%); z-index: 3; padding: .7rem 1.1rem;
  border-radius: .6rem; max-width: min(44rem, calc(100vw - 2rem)); background: var(--card); overflow-wrap: anywhere;
  border: 1px solid currentColor; box-shadow: 0 4px 24px #0003; }
#notice.good { color: var(--good); background: var(--good-ground); }
#notice.bad, #lost { color: var(--bad); background: var(--bad-ground); }
#lost { margin: 0; padding: .6rem 1.25rem; text-align: center; }
@media (max-width: 88rem) {
  nav small { display: none; }
}
@media (max-width: 40rem) {
  table { font-size: .88em; }
  th small { display: none; }
  th, td { padding: .35rem .3rem; }
  td code { overflow-wrap: normal; }
  header, main { padding-left: .8rem; padding-right: .8rem; }
  nav { padding: 0 .4rem; }
  .card { padding: .8rem; }
  .list summary, .list > div { grid-template-columns: 1fr 1fr; }
}
`;
