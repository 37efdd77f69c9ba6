/**
 * Storage in a file, for one node. It survives a crash of the process and of the machine: a commit is one write into a place that
 * was allocated before, and one `fdatasync`.
 */
export { fileStorage, type FileStorageOptions } from './file-storage.js';
export { lockFile } from './lock-file.js';
