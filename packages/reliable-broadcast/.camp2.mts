import { ReliableBroadcast, broadcastProperties } from '@quorate/reliable-broadcast';
import { drawPlan, runPlan, traitsOf, Exercised, behaviours } from '@quorate/simulation';
const lengths=[0,8,31,32,40];
const subject:any = { name:'bracha', honest:(o:any)=>new ReliableBroadcast(o), input:(_:any,__:any,r:any)=>{const l=lengths[r.below(5)]!;return Uint8Array.from({length:l},()=>r.below(256));}, checkers:[broadcastProperties] };
const traits = traitsOf(subject);
const ex = new Exercised(); const watched = ex.watch(subject);
const [a,b]=[Number(process.argv[2]),Number(process.argv[3])];
const cost = new Map<string,[number,number,number]>();
let msgs=0; const t0=performance.now(); let bad=0;
for(let seed=a;seed<b;seed++){
  const plan = drawPlan({subject:'bracha',nodes:[4,10],traits,senders:'some'},seed);
  const t=performance.now();
  try {
  const {violations,simulation}=runPlan(watched,plan); ex.ran(plan,simulation);
  const d=performance.now()-t; msgs+=simulation.deliveries;
  for(const x of new Set([...plan.faults.map(f=>f.behaviour), plan.heal===undefined?'':'heal', plan.restarts?'restarts':''])){const c=cost.get(x)??[0,0,0];c[0]++;c[1]+=d;c[2]+=simulation.deliveries;cost.set(x,c);}
  if(violations.length){bad++; if(bad<6)console.log(seed,violations[0],JSON.stringify(plan).slice(0,900));}
  } catch(e){bad++; if(bad<6)console.log('THROW',seed,e,JSON.stringify(plan).slice(0,900));}
}
const s=(performance.now()-t0)/1000;
console.log({runs:b-a,seconds:s,rps:(b-a)/s,msgsPerRun:msgs/(b-a),mps:msgs/s,bad});
for(const [k,[n,d,m]] of [...cost].sort((x,y)=>y[1][1]/y[1][0]-x[1][1]/x[1][0]))console.log(k.padEnd(14),n,(d/n).toFixed(2)+'ms',Math.round(m/n));
console.log(JSON.stringify(ex),ex.missing());
