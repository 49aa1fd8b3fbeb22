/**
 * A pipeline file as a job of Apache Flink: sources, the places where engines live, sinks. No
 * learning code; the engines are those of the single process.
 */
package org.freshet.connectors.flink;
