// What is packed needs no cluster.
export {};
