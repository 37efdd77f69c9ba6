// Lets `node --conditions=@quorate/source` run the TypeScript sources, in the main thread and in every worker.
import { register } from 'tsx/esm/api';

register();
