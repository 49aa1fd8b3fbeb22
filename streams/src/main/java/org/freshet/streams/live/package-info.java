/** Events and labels as feeds get them: JSON of one record or many, columns declared or found. */
package org.freshet.streams.live;
