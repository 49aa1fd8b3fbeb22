/** Events, labels and answers over Apache Kafka. */
package org.freshet.connectors.kafka;
