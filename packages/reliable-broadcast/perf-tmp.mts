import { broadcastProperties, nodeIds, ReliableBroadcast, createGroup } from '@quorate/reliable-broadcast';
import { drawPlan, runPlan, Simulation } from '@quorate/simulation';
const group = createGroup({ nodes: 4 });
const lengths=[0,8,31,32,40];
const subject: any = { name:'bracha', honest:(o:any)=>new ReliableBroadcast(o), input:(_n:any,_i:any,r:any)=>Uint8Array.from({length: lengths[r.below(5)]!},()=>r.below(256)), checkers:[broadcastProperties]};
const value = new Uint8Array(64).fill(7);
function rep(s:number, w:(r:number)=>number){ const cpu=()=>{const u=process.cpuUsage();return (u.user+u.system)/1000;}; const b=cpu(); let c=0,r=0; for(;cpu()-b<s*1000;) for(let k=0;k<20;k++,r++) c+=w(r); const t=(cpu()-b)/1000; return {per:Math.round(c/t), runs:Math.round(r/t), perRun:Math.round(c/r)}; }
const mode=process.argv[2]??'all'; const S=Number(process.argv[3]??2);
const long=(r:number)=>{const run=new Simulation<any,any,any>({group,seed:r,protocol:(n)=>new ReliableBroadcast(n),checkers:[broadcastProperties]}); for(let i=0;i<250;i++) for(const n of nodeIds(group)) run.input(n,value); run.run(); if(run.end().length) throw 1; return run.deliveries;};
const shortB=['silent','crash','delay','equivocate','double-vote','forge-sender'];
const short=(r:number)=>{const plan=drawPlan({subject:'bracha',nodes:[4,4],faulty:1,count:1,payload:8,behaviours:shortB},r); const o=runPlan(subject,plan); if(o.violations.length) throw 1; return o.simulation.deliveries;};
const camp=(r:number)=>{const plan=drawPlan({subject:'bracha',nodes:[4,10]},r); const o=runPlan(subject,plan); if(o.violations.length) throw 1; return o.simulation.deliveries;};
const campNoFlood=(r:number)=>{const plan=drawPlan({subject:'bracha',nodes:[4,10],behaviours:shortB},r); const o=runPlan(subject,plan); if(o.violations.length) throw 1; return o.simulation.deliveries;};
for(const [n,f] of Object.entries({long,short,camp,campNoFlood})) if(mode==='all'||mode===n) { rep(0.7,f); console.log(n, rep(S,f)); }
