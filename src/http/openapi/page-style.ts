/** The page's look: light and dark as the reader's system is, one column on narrow screens. */
export const STYLE = `
:root{color-scheme:light dark;--text:#1c2330;--soft:#5b6577;--line:#dfe3ea;--back:#fff;--panel:#f5f7fa;--link:#0b5cad}
@media (prefers-color-scheme:dark){
:root{--text:#dde3ec;--soft:#98a3b5;--line:#2f3745;--back:#12161d;--panel:#1b212b;--link:#7db7f5}
}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0 auto;max-width:80rem;padding:0 1.5rem;color:var(--text);background:var(--back);font:16px/1.55 system-ui,sans-serif}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
code,pre{font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
p code,td code{overflow-wrap:anywhere}
pre{margin:.6rem 0;padding:.8rem 1rem;overflow-x:auto;background:var(--panel);border:1px solid var(--line);border-radius:.4rem}
h1{margin:2rem 0 .5rem;font-size:1.9rem;line-height:1.2}
section:first-child h2{margin-top:1.2rem}
h2{margin:3rem 0 0;padding-bottom:.3rem;border-bottom:2px solid var(--line)}
h3{margin:0;font-size:1.05rem;font-weight:600}
h4{margin:1.4rem 0 .3rem;font-size:.8rem;letter-spacing:.05em;text-transform:uppercase;color:var(--soft)}
.soft{color:var(--soft);font-weight:400}
nav{font-size:.9rem}
nav ul{list-style:none;margin:.2rem 0 1rem;padding:0}
nav li{padding:.1rem 0}
nav strong{font-size:.8rem;letter-spacing:.05em;text-transform:uppercase;color:var(--soft)}
article{padding:1.4rem 0;border-bottom:1px solid var(--line)}
article:target{box-shadow:-.9rem 0 var(--back),-1.1rem 0 var(--link)}
.line{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .6rem}
.line code{font-size:.95rem;overflow-wrap:anywhere}
.method{display:inline-block;min-width:4.2em;padding:.05em .4em;border-radius:.25rem;font:700 .75rem/1.6 ui-monospace,monospace;text-align:center;color:#fff;background:#5b6577}
nav .method{min-width:4.6em;padding:.05em .2em;font-size:.62rem}
.get{background:#1f6feb}.post{background:#1a7f4b}.patch{background:#9a6700}.delete{background:#c0353a}
.table{overflow-x:auto}
table{width:100%;border-collapse:collapse}
td{padding:.45rem 1rem .45rem 0;border-top:1px solid var(--line);vertical-align:top}
td:first-child{width:34%;min-width:10rem}
details{margin:.35rem 0}
summary{cursor:pointer}
@media (min-width:60rem){
.columns{display:grid;grid-template-columns:17.5rem minmax(0,1fr);gap:3rem}
header{max-width:56rem}
nav{position:sticky;top:0;max-height:100vh;overflow-y:auto;padding:1.6rem 0}
}
@media (max-width:36rem){
body{padding:0 1rem}
td{display:block;padding:.1rem 0 .5rem}
td:first-child{width:auto;padding-top:.5rem}
td+td{border-top:0}
}
`;
