/** Models of keys that are not in memory, in an embedded database beside the snapshots. */
package org.freshet.runtime.models;
