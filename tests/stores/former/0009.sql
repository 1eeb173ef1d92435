BEGIN TRANSACTION;
CREATE TABLE accounts (
	name TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	sponsor TEXT NOT NULL, 
	format TEXT NOT NULL, 
	https_only INTEGER NOT NULL, 
	catalogue TEXT NOT NULL, 
	created_at REAL NOT NULL, 
	created_by TEXT NOT NULL, 
	created_why TEXT NOT NULL, 
	suspended_at REAL, 
	suspended_by TEXT, 
	suspended_why TEXT, 
	CONSTRAINT pk_accounts PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "accounts" VALUES('acme',134,'bia@acme.example','native',0,'',1800000000.25,'root','',1800000072.25,'root','');
INSERT INTO "accounts" VALUES('other',135,'ana@acme.example','native',0,'',1800000074.25,'root','',NULL,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0009');
CREATE TABLE changes (
	seq INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	change TEXT NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (seq)
)
 STRICT

;
INSERT INTO "changes" VALUES(1,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountCreated","sponsor":"ana@acme.example","format":"vtex","https_only":true}}','6613a6e2c40b74ddc2003e095ba8d41e78bf9f623af59f48c6e97d196c60d1fe');
INSERT INTO "changes" VALUES(2,'acme','{"is":"Change","account":"acme","at":1800000001.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"bia@acme.example","name":"Bia Conceição"}}','7ac80910277da03f5f8bb3cee00e6c766fc40639907b62c2088e158dc7931297');
INSERT INTO "changes" VALUES(3,'acme','{"is":"Change","account":"acme","at":1800000002.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"caio@acme.example","name":"Caio 🗝"}}','35e54d57faf30f94590e1ad69904c95129c46157aed9477fce6a8db623be3607');
INSERT INTO "changes" VALUES(4,'acme','{"is":"Change","account":"acme","at":1800000003.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":1,"name":"orders","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]]}}','35bd76a2f8454a1c0789c6e08385589e42fb23ebcb1393789aaa421276dce434');
INSERT INTO "changes" VALUES(5,'acme','{"is":"Change","account":"acme","at":1800000004.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":2,"name":"empty","resources":[]}}','e96df3495ab53e31112fdeb2e5ef97e7e5bfd1878d107d6631c5303e0d6c7d52');
INSERT INTO "changes" VALUES(6,'acme','{"is":"Change","account":"acme","at":1800000005.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleEdited","role":1,"name":"orders, all","added":[["OMS","Não é ASCII"],["OMS","_/"]],"removed":[["OMS","ListOrders"]]}}','6c2001e0efa845f3ae88aa7eb53cc7a92e6567164ae53884b2c6fef390959383');
INSERT INTO "changes" VALUES(7,'acme','{"is":"Change","account":"acme","at":1800000006.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"UserTokenGiven","to":"bia@acme.example"}}','cc9337432c0879f54af13b93edaa1ce00fec36e9c9c4afebf55e785027d343db');
INSERT INTO "changes" VALUES(8,'acme','{"is":"Change","account":"acme","at":1800000007.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserGranted","role":1,"to":"bia@acme.example","until":null}}','1a6417dbe3e421b21ff69cd911ff176adc0b337dfa3ad759d6ae880dfc098988');
INSERT INTO "changes" VALUES(9,'acme','{"is":"Change","account":"acme","at":1800000008.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserGranted","role":2,"to":"bia@acme.example","until":1800086400.25}}','06bbce1fe682a38af19fe87259562aee2e4060f4fc3c8df8a15552228e0b0d4a');
INSERT INTO "changes" VALUES(10,'acme','{"is":"Change","account":"acme","at":1800000009.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserWithdrawn","role":2,"to":"bia@acme.example"}}','0a10d01ec3a55dd74250c5efd88d3065a5647e18a94ea49a2d05ab4b54cef4c8');
INSERT INTO "changes" VALUES(11,'acme','{"is":"Change","account":"acme","at":1800000010.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"d3704792b17e570850accb6d6c29897bb8cafd93270fcc0380dac23407ad6b76","expires":1800259210.25}}','5bde07b64ef988d5531d4862111dac24b6690a863a0fe5f692b9ea9b4e554e06');
INSERT INTO "changes" VALUES(12,'acme','{"is":"Change","account":"acme","at":1800000011.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"TakeSetUpLink","reason":"set_up_invalid"}}','a1aad86ca3d16411620eea8b2508453e4e38605ec9ed246915f691fd7ce73fd5');
INSERT INTO "changes" VALUES(13,'acme','{"is":"Change","account":"acme","at":1800000012.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"6d25cf734c49a1dd273e4d8fab5f5bdb8d1099ec05e8fdc7c1d734777648ab73","expires":1800259212.25}}','8041e234340118f14fe2a2f35b36c1449741ac0b72c13ca0779db619d4f2f4d0');
INSERT INTO "changes" VALUES(14,'acme','{"is":"Change","account":"acme","at":1800000013.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"caio@acme.example","digest":"de767d796adadc442c1e50a84c1d758779e099aadb888b59e5748124ff39b361","expires":1800259213.25}}','0d37b5f3729fd677a5c96c1296576a6e41ade247616e8b13106f3b95107c4932');
INSERT INTO "changes" VALUES(15,'acme','{"is":"Change","account":"acme","at":1800000014.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"PasswordSet","email":"bia@acme.example","password":"$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"}}','65f3d74ba3c5eb844b9b402f3b8b4ca6089037876e54e53929e10649ec73eddd');
INSERT INTO "changes" VALUES(16,'acme','{"is":"Change","account":"acme","at":1800000015.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"7b614e428a186f4a4c116daf499fd7e80dfe1faf422d50cd2d186ed9b9e4d6e3","expires":1800259215.25}}','6a3fbe0506ab6cd64e018e9d36c406bb4ad8d410ffeab468a4c71ac1ead1905e');
INSERT INTO "changes" VALUES(17,'acme','{"is":"Change","account":"acme","at":1800000016.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"PasswordSet","email":"bia@acme.example","password":"$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA2"}}','79e5685c106d4e62c556668c92f60f53f401dda1e6297530e08551e3145074ac');
INSERT INTO "changes" VALUES(18,'acme','{"is":"Change","account":"acme","at":1800000017.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"751d591be537aa9d0aa5dcb3b12155c1c139eca62ecef0863aefbaf01726373f","expires":1800259217.25}}','7691edadfaa93fd193c631b93a8206eaf5b22add8af27cbea68f760474c08bc3');
INSERT INTO "changes" VALUES(19,'acme','{"is":"Change","account":"acme","at":1800000018.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":"native","https_only":null,"token_days_max":null}}','bb19168249ade5eb0087ad37eb50e888e0171df54fa51832c7fadad2caf84f34');
INSERT INTO "changes" VALUES(20,'acme','{"is":"Change","account":"acme","at":1800000019.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":null,"https_only":false,"token_days_max":30}}','a85d30a2ba3eb65fc94604fd5c8590579187eda5e879397bbbf5991a6c08a247');
INSERT INTO "changes" VALUES(21,'acme','{"is":"Change","account":"acme","at":1800000020.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":null,"https_only":null,"token_days_max":60}}','ba259761802fa42b1df1f4ede2851ad6b53b114a04589878efa8412ea2b259cc');
INSERT INTO "changes" VALUES(22,'acme','{"is":"Change","account":"acme","at":1800000021.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCD"}}','c574d87f8978e598189e9a3629e9bd5ca45c72eb8688c6d56552245dc031c825');
INSERT INTO "changes" VALUES(23,'acme','{"is":"Change","account":"acme","at":1800000022.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCE"}}','f25cd6711ef66ed2cc6add66c1c41b1934e01548de61f54e9214e8d7da7f02c2');
INSERT INTO "changes" VALUES(24,'acme','{"is":"Change","account":"acme","at":1800000023.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeUnmuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCD"}}','7f4ef32548eefdfaacf79c623735b05a2a8011521562773bae81551c90bb8442');
INSERT INTO "changes" VALUES(25,'acme','{"is":"Change","account":"acme","at":1800000024.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCD"}}','aece4f6ab0e2490004751e5ee82b88d180cb1c1274f86528b8b2d2343dbbdadb');
INSERT INTO "changes" VALUES(26,'acme','{"is":"Change","account":"acme","at":1800000025.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"key-1","id":"00000000000000000000000000000001","digest":"f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e","label":"label 1","owner":"","valid_from":null,"expires":1800086400.25,"networks":["10.0.0.0/8","2001:db8::/32"],"registered":false}}','e6c762e7e0f4432180e24f72036a1ba62b834226371592cc788ff45c0afac2db');
INSERT INTO "changes" VALUES(27,'acme','{"is":"Change","account":"acme","at":1800000026.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"key-2","id":"00000000000000000000000000000002","digest":"73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c","label":"label 2","owner":"the shop''s team","valid_from":1800000000.25,"expires":null,"networks":[],"registered":true}}','e1a84de2448c586f19a00ed0507d0da84ddb4e9eb88dea2fb9655936b1e956cc');
INSERT INTO "changes" VALUES(28,'acme','{"is":"Change","account":"acme","at":1800000027.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"IssueKey","reason":"key_exists"}}','79798e06a6d4d81544c88ff32ccc695f862959ecf11505295e308dc00cdae501');
INSERT INTO "changes" VALUES(29,'acme','{"is":"Change","account":"acme","at":1800000028.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-1","until":null}}','1645572f0265cfc92e99346841ab91b3e4b675462973709597c56f4830c3861c');
INSERT INTO "changes" VALUES(30,'acme','{"is":"Change","account":"acme","at":1800000029.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":2,"to":"key-1","until":1800086400.25}}','33af19b0cc588ad635f5d21ed690be8b46297f3de98494e88beb067acba7936c');
INSERT INTO "changes" VALUES(31,'acme','{"is":"Change","account":"acme","at":1800000030.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-1","until":1800086400.25}}','47076af48a7c1a3fd0f524afeaca9431a490896b903d7550e43539b1f3403ec3');
INSERT INTO "changes" VALUES(32,'acme','{"is":"Change","account":"acme","at":1800000031.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-2","until":null}}','86e30eb70303b2fd7a0932b25e6f87fcaf6993a86ebabe229c8299f2087873c8');
INSERT INTO "changes" VALUES(33,'acme','{"is":"Change","account":"acme","at":1800000032.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyWithdrawn","role":1,"to":"key-2"}}','a464f2e1aa6e8ae628f91554d24a8aba58d5a5d1c01217627f4092fac858c390');
INSERT INTO "changes" VALUES(34,'acme','{"is":"Change","account":"acme","at":1800000033.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"key-1","why":"holidays"}}','753b5ca59d9fe9ecf3684ae6192a4e549ce7eb94193aa98e9db5e9139ce02820');
INSERT INTO "changes" VALUES(35,'acme','{"is":"Change","account":"acme","at":1800000034.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyActivated","app_key":"key-1"}}','d0915b5891709144804f6c9a2a664a84be8a8c8c34e41713bd3a6c057cbb78cd');
INSERT INTO "changes" VALUES(36,'acme','{"is":"Change","account":"acme","at":1800000035.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"11111111111111111111111111111111","expires":1800086435.25}}','972b32a6a21d05d42bd42ac00b1b6f2b4eeaa1bf82762861597a6e5f4b7ebe2d');
INSERT INTO "changes" VALUES(37,'acme','{"is":"Change","account":"acme","at":1800000036.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"22222222222222222222222222222222","expires":1800086436.25}}','4a8bfd852f64d85539b2751451aa2dafc3d29150379644893e28a836a8a64376');
INSERT INTO "changes" VALUES(38,'acme','{"is":"Change","account":"acme","at":1800000037.25,"by":{"is":"Actor","kind":"key","name":"key-1","via":"console"},"event":{"is":"HandoverOpened","app_key":"key-1","id":"22222222222222222222222222222222"}}','411960cbf3b81e593ea7b60730cb45ad560a69540d9683fc0e728cb7e0560691');
INSERT INTO "changes" VALUES(39,'acme','{"is":"Change","account":"acme","at":1800000038.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"33333333333333333333333333333333","expires":1800086438.25}}','1b780fe5442c2ac92afa63b1240d7f450bccaf4a3f62f7a1d2d6571b5cf80f5d');
INSERT INTO "changes" VALUES(40,'acme','{"is":"Change","account":"acme","at":1800000039.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-2","id":"44444444444444444444444444444444","expires":1800086439.25}}','2e14037c7a88c57972ce7cc292108ac70dba76395d4e0ccd8027d6ee0af149cb');
INSERT INTO "changes" VALUES(41,'acme','{"is":"Change","account":"acme","at":1800000040.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"d7a56d3cfcf9a44dc716691acdaba1b8a912646543c6977a5a43ac2753cf1017"}}','c76b91ef1e89c5b13195dfa4a3f02b53484c97d5bbcdfccc96fe51f0f907c805');
INSERT INTO "changes" VALUES(42,'acme','{"is":"Change","account":"acme","at":1800000041.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RenewalFinished","app_key":"key-1"}}','52118e1894c813eee32c0b434afb7c0215db1cc79e11dfe17a4bf07e04a72f60');
INSERT INTO "changes" VALUES(43,'acme','{"is":"Change","account":"acme","at":1800000042.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"457c769f39d8644199c0e5bdbcfbc85b37ce91cbde1fc1b0ea6b44f130436dd7"}}','9c1786ff0aa475e408d4338332584d2144f2d1ca396b887d84d0035f7f048bb9');
INSERT INTO "changes" VALUES(44,'acme','{"is":"Change","account":"acme","at":1800000043.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RenewalFinished","app_key":"key-1"}}','067d6dab6bf3aa5f63b5d1a023d29dfab5cfe7dc196951bf27a798ae5faa8f0c');
INSERT INTO "changes" VALUES(45,'acme','{"is":"Change","account":"acme","at":1800000044.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyBlocked","app_key":"key-1","why":"seen in a public place"}}','59bcdcc53e8056824ea4e0807a2e46b919da440c17edc30774a4b0ae7e5cf986');
INSERT INTO "changes" VALUES(46,'acme','{"is":"Change","account":"acme","at":1800000045.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"fe5518cbe8dfe59296946bd26935a014be3a2b7c73a420c339a0f94237376d09"}}','d0d55be811c3d17be8c34ef2aae77b6e5add0bc70515335595f7068e0ce6e2ca');
INSERT INTO "changes" VALUES(47,'acme','{"is":"Change","account":"acme","at":1800000046.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"55555555555555555555555555555555","expires":1800086446.25}}','007fa8514d785d063433025a2dc929b5f011c4e56de1d10e46d35330b1743d3d');
INSERT INTO "changes" VALUES(48,'acme','{"is":"Change","account":"acme","at":1800000047.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeleted","app_key":"key-1","label":"label 1"}}','75a7ae6994321f74227a0e7dfa2246f0945003dc1023ac56a3f4bbb65512eab3');
INSERT INTO "changes" VALUES(49,'acme','{"is":"Change","account":"acme","at":1800000048.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"key-2","why":""}}','c773ad3a2c9b65f5093a89ca44d0c6fb4919a06ec910ffb7d47356210de2ea30');
INSERT INTO "changes" VALUES(50,'acme','{"is":"Change","account":"acme","at":1800000049.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-2","digest":"38b4e652e44da7f2370d9e260e27136550a4a3a6d07f5c0c332f8b1224083fd2"}}','580f32e106208f9ccb22d9bece5dbd34290ba138c4d416343356f3804b44a183');
INSERT INTO "changes" VALUES(51,'acme','{"is":"Change","account":"acme","at":1800000050.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleDeleted","role":2,"name":"empty"}}','395402fb11c6d2de87de53600c6aa87cf29d84c5dd096f2c6757a140c92f816c');
INSERT INTO "changes" VALUES(52,'acme','{"is":"Change","account":"acme","at":1800000051.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":"# line 1\n[x]\n"}}','5d369bc3e8459a77bf3988e1856bf0e2a8d4ff4c3a2f3b720956438ccb30ea2f');
INSERT INTO "changes" VALUES(53,'acme','{"is":"Change","account":"acme","at":1800000052.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"PredefinedRolesAdded","roles":[{"is":"Role","id":11,"name":"Owner","resources":[["OMS","ListOrders"],["OMS","Não é ASCII"],["OMS","ViewOrder"],["OMS","_/"]],"deleted":null,"predefined":true},{"is":"Role","id":9,"name":"Viewer","resources":[["OMS","ListOrders"]],"deleted":null,"predefined":true},{"is":"Role","id":10,"name":"empty","resources":[["OMS","ListOrders"]],"deleted":null,"predefined":true}]}}','d72bdcace09d6eea2f92bef5bb6cd4d883c7ec41b1874d745e7406fa340b2453');
INSERT INTO "changes" VALUES(54,'acme','{"is":"Change","account":"acme","at":1800000053.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AddPredefinedRoles","reason":"already_so"}}','700d6a44bcf0d0bbbfb890a6f468e7bff39bf5aaf7c7607455b077cd171c363c');
INSERT INTO "changes" VALUES(55,'acme','{"is":"Change","account":"acme","at":1800000054.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"ResourceSpread","held":["OMS","ListOrders"],"given":["OMS","Não é ASCII"],"roles":[9,10]}}','cb603539cacf15979725d38b25c2ea3bdf1d1a1ececd83c19af1b8b2dc2d1cfa');
INSERT INTO "changes" VALUES(56,'acme','{"is":"Change","account":"acme","at":1800000055.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyAdopted","app_key":"away-1","home":"other"}}','f6f00d3728cdd22c0c26b0e27393168b8e7f576569c889dd8688519d0bbde998');
INSERT INTO "changes" VALUES(57,'acme','{"is":"Change","account":"acme","at":1800000056.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyAdopted","app_key":"away-2","home":"other"}}','dd4dbe46a102ab91007acf5bf92db1224ad515f5d7e83179b460a6996ddfd85b');
INSERT INTO "changes" VALUES(58,'acme','{"is":"Change","account":"acme","at":1800000057.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-1","until":null}}','6b04d9a8458f69bef29bdf311c5aaaf514f85c1d39111537b5a8914a042397ab');
INSERT INTO "changes" VALUES(59,'acme','{"is":"Change","account":"acme","at":1800000058.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-1","until":1800086400.25}}','095862b4cf85b1e6f202301283b3929409ee282249709d14cae51bc627365acf');
INSERT INTO "changes" VALUES(60,'acme','{"is":"Change","account":"acme","at":1800000059.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":9,"to":"away-1","until":null}}','c654251c874f1992f8ac80993d08d7e912817ef8eff8dfdb43542319c5735fec');
INSERT INTO "changes" VALUES(61,'acme','{"is":"Change","account":"acme","at":1800000060.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-2","until":null}}','3fe67d98ba632eb9d85284508afe9063f8caffd7ab0e094b1d983aa2b4650794');
INSERT INTO "changes" VALUES(62,'acme','{"is":"Change","account":"acme","at":1800000061.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyWithdrawn","role":9,"to":"away-1"}}','f69838e60a859e551495556423c51332f5e3469c849603e35b8d447ff22d8463');
INSERT INTO "changes" VALUES(63,'acme','{"is":"Change","account":"acme","at":1800000062.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_external"}}','499f3e160275fbf8934d8670afa2aebb72a3e6f57c02ea18f8a334d239a624f1');
INSERT INTO "changes" VALUES(64,'acme','{"is":"Change","account":"acme","at":1800000063.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyReleased","app_key":"away-2","home":"other"}}','402317e5a0ce39639f25931a29725f219550f40930f432da63e1fa0f58f97bc3');
INSERT INTO "changes" VALUES(65,'acme','{"is":"Change","account":"acme","at":1800000064.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"bia@acme.example","expires":1800259264.25}}','1138cdc837e5a09bb04af37ee3445c4abf80d56ee272dfc76b0b884a21fa40fa');
INSERT INTO "changes" VALUES(66,'acme','{"is":"Change","account":"acme","at":1800000065.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"TransferCancelled","to":"bia@acme.example"}}','8f1b7d1c93a112e3381d952ce6bbbf12672c517344209de912a117c8bc2ef57d');
INSERT INTO "changes" VALUES(67,'acme','{"is":"Change","account":"acme","at":1800000066.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"bia@acme.example","expires":1800259266.25}}','61a15f77f359a29a5f86e055cdbbff0db19fde6c10bd060fece37fd244dfc9e7');
INSERT INTO "changes" VALUES(68,'acme','{"is":"Change","account":"acme","at":1800000067.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorChanged","former":"ana@acme.example","to":"bia@acme.example"}}','07206f8b14861a358d172c8bef784e5ffd9fffed4f07a95098ae34a7c80717fc');
INSERT INTO "changes" VALUES(69,'acme','{"is":"Change","account":"acme","at":1800000068.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"caio@acme.example","expires":1800259268.25}}','04c66c7c9af58d949133199c80614d4c05073ba1c9eccf923b4a637e556bb10b');
INSERT INTO "changes" VALUES(70,'acme','{"is":"Change","account":"acme","at":1800000069.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"UserRemoved","email":"caio@acme.example"}}','58af398d6847cfe16465ecfac272d87d66c6f311bbb3678807bf95024b48ca20');
INSERT INTO "changes" VALUES(71,'acme','{"is":"Change","account":"acme","at":1800000070.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":"unpaid"}}','cdb82ca5b6ef64336ac29024397bb35c330fc26bd250a261c5faabeba835da0c');
INSERT INTO "changes" VALUES(72,'acme','{"is":"Change","account":"acme","at":1800000071.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountResumed"}}','70460f64e274035cf439c64dfc0066b6efda78ff9cb99f99ce2e32661b7ab79a');
INSERT INTO "changes" VALUES(73,'acme','{"is":"Change","account":"acme","at":1800000072.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":""}}','b881385c92431cdced4f676e7dc5f33bfe4b37416195f0fd130487897ea9a20b');
INSERT INTO "changes" VALUES(74,'acme','{"is":"Change","account":"acme","at":1800000073.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"ana@acme.example","expires":1800259273.25}}','66fa8c283b51b04006d6a3412a4c439e1a24bf349863684a194f54c0ebe7a8b0');
INSERT INTO "changes" VALUES(75,'other','{"is":"Change","account":"other","at":1800000074.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountCreated","sponsor":"ana@acme.example","format":"native","https_only":false}}','ec8c435b987dfd4aaa2370dc52f0332a9614d01b4d30d7d36cd6042023434945');
INSERT INTO "changes" VALUES(76,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}','89997443a53e2e731f1d29037b8e95fdd700a2bb00dd0f26fb9bbe9a278625e6');
INSERT INTO "changes" VALUES(77,'other','{"is":"Change","account":"other","at":1800000001.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"other-1","id":"000000000000000000000000b0f91306","digest":"220ed007a20fd1393794e5f8814e8b05163d04e618ff874e3254eb9f9cf7ed42","label":"label 2969113350","owner":"","valid_from":null,"expires":null,"networks":["10.1.0.0/16","::1/128"],"registered":false}}','5cd599270d863a363c72d93a3628eab6cb9719e944c34c6fe01edfb8ee52b012');
INSERT INTO "changes" VALUES(78,'other','{"is":"Change","account":"other","at":1800000002.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeleteKey","reason":"key_unknown"}}','e6bb7df6dd449df7e93e99ece89ef49a1aa9a9e5efa498d7b10b35633bb5d7b8');
INSERT INTO "changes" VALUES(79,'acme','{"is":"Change","account":"acme","at":1800000003.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"BlockKey","reason":"key_unknown"}}','bfe3008dccdd447a1bfce6bf0e31bb0ee7b371440403fe19221a3fe1cfd802b6');
INSERT INTO "changes" VALUES(80,'acme','{"is":"Change","account":"acme","at":1800000004.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}','7f09838cce662be9ab5262d15cc2cacf5c8a9a8ca67cf011327e179292c18c1d');
INSERT INTO "changes" VALUES(81,'other','{"is":"Change","account":"other","at":1800000005.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCE"}}','b45c90f566e5a1d909d32aa20cd00805c65bd9b4b1a1e18953843bb1cc59a111');
INSERT INTO "changes" VALUES(82,'other','{"is":"Change","account":"other","at":1800000006.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"other-2","id":"0000000000000000000000006255191d","digest":"e9e5cc8234c64834427669df12b43a10592dc6c79f2b6c9463c41852509a6786","label":"label 1649744157","owner":"","valid_from":null,"expires":null,"networks":[],"registered":false}}','84277b845d20f94fd86beb155470bba71d520a1cb04c77deaaeddb2e876abe39');
INSERT INTO "changes" VALUES(83,'other','{"is":"Change","account":"other","at":1800000007.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}','e9f97a560ce794cba94723ddac49e2820fb444ac8505554f7628644bb824a4c5');
INSERT INTO "changes" VALUES(84,'acme','{"is":"Change","account":"acme","at":1800000008.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"resource_not_in_role"}}','8e3b5a525cd57f5cfcb5103a245a37eec753293db01413073cb3743777694266');
INSERT INTO "changes" VALUES(85,'other','{"is":"Change","account":"other","at":1800000009.25,"by":{"is":"Actor","kind":"user","name":"caio@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ChangePassword","reason":"user_unknown"}}','5fdf6adc4415429a7754b28ffd97c2800646283b2a43b7cccd78d1318b073ce4');
INSERT INTO "changes" VALUES(86,'acme','{"is":"Change","account":"acme","at":1800000010.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToUser","reason":"role_unknown"}}','875fceb2fa430b59c0a87c0241d94df994c8de7e19baab6b49a9460bf390d070');
INSERT INTO "changes" VALUES(87,'acme','{"is":"Change","account":"acme","at":1800000011.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"UserRemoved","email":"ana@acme.example"}}','94390716ef684f03f26b46ef642419f543189477918c9a4bfc51b8eb7d0b410d');
INSERT INTO "changes" VALUES(88,'other','{"is":"Change","account":"other","at":1800000012.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"IssueKey","reason":"key_exists"}}','971e0269c8abe48aed52cf87bca0df4b0383f99270dff0258e7cdd7ba1e3cebb');
INSERT INTO "changes" VALUES(89,'acme','{"is":"Change","account":"acme","at":1800000013.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}','500851f0952ddb2888365163b6c11781b8ac63cc633e711d1b685c1d248d4551');
INSERT INTO "changes" VALUES(90,'other','{"is":"Change","account":"other","at":1800000014.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}','0dba4be14873f724efabfa78508fffc1912ecff7c8e8606460cdb3f595d53a21');
INSERT INTO "changes" VALUES(91,'acme','{"is":"Change","account":"acme","at":1800000015.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"RoleCreated","role":12,"name":"role 3","resources":[]}}','ffd48364edf9bcb838c9f431fa49b0d205175b89c48ecf77e133fe9c0745e41d');
INSERT INTO "changes" VALUES(92,'acme','{"is":"Change","account":"acme","at":1800000016.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"role_unknown"}}','9e748fc9533569b7f5baaaa86fa60cc1eabc32f8e7a33cf1f5d637d0b669b3fa');
INSERT INTO "changes" VALUES(93,'acme','{"is":"Change","account":"acme","at":1800000017.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"resource_not_in_role"}}','44f94cf27bd929c55bce050dc1bd041703c6cd1c6b66b0faf2ae5f6d41f9aa68');
INSERT INTO "changes" VALUES(94,'other','{"is":"Change","account":"other","at":1800000018.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyBlocked","app_key":"other-1","why":""}}','995efed95cc0d038c83fd3a7ede1e1fb34f8a236d64a8cba890cad43bcb6960d');
INSERT INTO "changes" VALUES(95,'acme','{"is":"Change","account":"acme","at":1800000019.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}','82d0d24de854decb542bd9f3443bde581dae137c29bb0a62eebdfdc706d388eb');
INSERT INTO "changes" VALUES(96,'acme','{"is":"Change","account":"acme","at":1800000020.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeleteKey","reason":"key_unknown"}}','4f180658797ec9a4affe721d06fd89115962615cb7ede88c89a4a6ff49266841');
INSERT INTO "changes" VALUES(97,'other','{"is":"Change","account":"other","at":1800000021.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"already_so"}}','0e053fb4194fb4769021c34e370192207b9ded6e9c4f5e769d784b343e04da7b');
INSERT INTO "changes" VALUES(98,'other','{"is":"Change","account":"other","at":1800000022.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"UnmuteEpisode","reason":"already_so"}}','d71f2f534b313a6dfa21e5a16a1faaa718d845615a1b74d1c0b94fcee7b39052');
INSERT INTO "changes" VALUES(99,'other','{"is":"Change","account":"other","at":1800000023.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":1,"name":"role 2","resources":[["OMS","ListOrders"],["OMS","Não é ASCII"],["OMS","ViewOrder"]]}}','582b952004f353b4ad45ffe4dcbe42c9cd9e55f7529ed989c9d1db655523f324');
INSERT INTO "changes" VALUES(100,'acme','{"is":"Change","account":"acme","at":1800000024.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":"# a"}}','babbd067e83fec37c60faf6da93e258a674a2c7a4dc6a906e0c9be77544fedab');
INSERT INTO "changes" VALUES(101,'acme','{"is":"Change","account":"acme","at":1800000025.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"acme-2","id":"000000000000000000000000e3ba48cf","digest":"fead0b7cfcfac73861383b87f7b62cbd1072fc930fc604732dc8daeb8df06088","label":"label 3820636367","owner":"","valid_from":null,"expires":1800000380.25,"networks":["10.1.0.0/16","::1/128"],"registered":false}}','b167e1fe8da74b8b0c5994de01176bd69ad57b224925adf1b2f8bf3eca0862b8');
INSERT INTO "changes" VALUES(102,'acme','{"is":"Change","account":"acme","at":1800000026.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"SpreadResource","reason":"already_so"}}','475e20c0396e6f0ed769be39ae220624db47c14a7567b02c6c749b955e32025d');
INSERT INTO "changes" VALUES(103,'acme','{"is":"Change","account":"acme","at":1800000027.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":""}}','864baa02a2b50a1d8087c1b88bae753ebd30b4d35a1cc37c532605698364e3f7');
INSERT INTO "changes" VALUES(104,'acme','{"is":"Change","account":"acme","at":1800000028.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"user_unknown"}}','67b480e09e714bf32c0ec0549272feb266c8a5d98c7c5973506ff342bd68b1fe');
INSERT INTO "changes" VALUES(105,'acme','{"is":"Change","account":"acme","at":1800000029.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RenewKey","reason":"key_unknown"}}','2861d516dabcc391b24a6f70a045b363ac15220c5d1c58c7047fe49050cf007c');
INSERT INTO "changes" VALUES(106,'acme','{"is":"Change","account":"acme","at":1800000030.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}','ca7dd1e7d42ee9e42b2617c46c3040e1db63cabd0dac1aea86486b59af7d669a');
INSERT INTO "changes" VALUES(107,'other','{"is":"Change","account":"other","at":1800000031.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RemoveUser","reason":"user_unknown"}}','6985c4c029836499ad82e450a5ee742cac7a0a64bbfb4eba5101af339ed78af8');
INSERT INTO "changes" VALUES(108,'acme','{"is":"Change","account":"acme","at":1800000032.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"RoleCreated","role":13,"name":"role 2","resources":[["OMS","ViewOrder"]]}}','656ab903fb43dd636fcd56cabbf749e4debda3f571b52e82814a41bb586c7aa2');
INSERT INTO "changes" VALUES(109,'acme','{"is":"Change","account":"acme","at":1800000033.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}','15add39c04eccfa9a67efe60f500d67bfec956cbc4d6835ae8369e58216efb9f');
INSERT INTO "changes" VALUES(110,'acme','{"is":"Change","account":"acme","at":1800000034.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RenewKey","reason":"key_unknown"}}','e01138e4d1769e574a09764cbedefc648efc674a43c860420aa8ed776cffbd82');
INSERT INTO "changes" VALUES(111,'other','{"is":"Change","account":"other","at":1800000035.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AddUser","reason":"user_exists"}}','838b46a919b38181941dc156a13d8436a5ba572dfc2fc601afb36cc87f50404a');
INSERT INTO "changes" VALUES(112,'other','{"is":"Change","account":"other","at":1800000036.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"PasswordSet","email":"ana@acme.example","password":"$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA11111111111111111111111111111111"}}','3c8965d12c961f9598ea4c4eaf7a0339bc4e8a88ce2209195e202c2631aea2f6');
INSERT INTO "changes" VALUES(113,'other','{"is":"Change","account":"other","at":1800000037.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"role_unknown"}}','ba83336d139d01d4a75fff994c71376f70eb6ab3a1ddbcae7f9364359978f588');
INSERT INTO "changes" VALUES(114,'acme','{"is":"Change","account":"acme","at":1800000038.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"UserAdded","email":"caio@acme.example","name":"name 893179630"}}','c9882cbdbe59604e208602ba23c3a3e0c1a1ff8a42a7b37000040d972db3043f');
INSERT INTO "changes" VALUES(115,'other','{"is":"Change","account":"other","at":1800000039.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}','ac715e45fb37c60fb707f9b1b02451e432203bb548e3909e9faf78ecf7873301');
INSERT INTO "changes" VALUES(116,'other','{"is":"Change","account":"other","at":1800000040.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"key_unknown"}}','0cd374ff0bd5c6567024bef390679e59f86d0c7ad768ba1dd65613283efe2b86');
INSERT INTO "changes" VALUES(117,'acme','{"is":"Change","account":"acme","at":1800000041.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"CancelTransfer","reason":"transfer_not_open"}}','d158fec14aaf833f9a6372ad4bb45b8c92d44c8c93e5fe3c5dd49fcd2c81ea89');
INSERT INTO "changes" VALUES(118,'other','{"is":"Change","account":"other","at":1800000042.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":2,"name":"role 4","resources":[]}}','f40558488a23610c9cd343c639ae7a61df5b1069b2c48a8a99ebeb8f6d466b3e');
INSERT INTO "changes" VALUES(119,'acme','{"is":"Change","account":"acme","at":1800000043.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_deleted"}}','676632e055434d77bf54ee57771a3d4baf0651cc0a35d1945fa90bb53ce030e2');
INSERT INTO "changes" VALUES(120,'other','{"is":"Change","account":"other","at":1800000044.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"other-1","until":null}}','f0b38e58fbe6f82a4f00c1cac357a43496cb03462f5b162b7e8345b0623400f3');
INSERT INTO "changes" VALUES(121,'acme','{"is":"Change","account":"acme","at":1800000045.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"KeyWithdrawn","role":1,"to":"away-1"}}','9a08061ad907be443b63d87ba351d0e0fcd5fbf09e66137e0cfa4d2591d35093');
INSERT INTO "changes" VALUES(122,'other','{"is":"Change","account":"other","at":1800000046.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"role_unknown"}}','3125aa94e14f8b5fe4c0749d7d26e3691ac9f18c37da6a8bfa960a3caef91cb2');
INSERT INTO "changes" VALUES(123,'acme','{"is":"Change","account":"acme","at":1800000047.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_deleted"}}','969af8a80eadd8d6a1de6fe7117794fa8e4b1c1421ca3b8f5d78f47b7caeefea');
INSERT INTO "changes" VALUES(124,'other','{"is":"Change","account":"other","at":1800000048.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToUser","reason":"user_unknown"}}','a49e93dd734760ff0c2783b24c751817803a0b15cbe363ea1060e817d0092c26');
INSERT INTO "changes" VALUES(125,'acme','{"is":"Change","account":"acme","at":1800000049.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"TakeSetUpLink","reason":"set_up_invalid"}}','0b841ad134c2bc6d03f8716da12c7608269818f51aa2eb4042d2ff63f0ac696b');
INSERT INTO "changes" VALUES(126,'acme','{"is":"Change","account":"acme","at":1800000050.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"acme-0","id":"0000000000000000000000008fb20742","digest":"c17ea44f5da78ecd0952d44541f913feb8a44babdc3b99dd95058711a1aef3f6","label":"label 2410809154","owner":"","valid_from":null,"expires":null,"networks":[],"registered":false}}','53c44475e163c8add94dbd8905c0c41d1dbad551ae19e68b12a580bda3be99da');
INSERT INTO "changes" VALUES(127,'other','{"is":"Change","account":"other","at":1800000051.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"other-0","id":"0000000000000000000000007a8a24fd","digest":"1329ff0e25feddd9780b63035fddc0b30eb6576087fac6713afc2536a9b64b5a","label":"label 2055873789","owner":"","valid_from":null,"expires":null,"networks":["10.1.0.0/16","192.0.2.7/32"],"registered":false}}','b81f2ccf8ced61d3c87323d3a6163e57ee77a1541edb40cd05e1c96aa0f6b9a2');
INSERT INTO "changes" VALUES(128,'other','{"is":"Change","account":"other","at":1800000052.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":2,"to":"other-0","until":null}}','2a2bdee147fd615cfe40569df7c9ace82ebddafcda4a47b2105936c97c393999');
INSERT INTO "changes" VALUES(129,'other','{"is":"Change","account":"other","at":1800000053.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"ResourceSpread","held":["OMS","ViewOrder"],"given":["OMS","_/"],"roles":[1]}}','4a281200c1f94a523a5a134e6cb66c6aa21b57608495888b7e3cf320afb27e25');
INSERT INTO "changes" VALUES(130,'other','{"is":"Change","account":"other","at":1800000054.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"other-2","why":"why 3436910263"}}','cf7ea039afe66c420497f0c4e93167717913a1ed106045fadf393b1916d4b5ad');
INSERT INTO "changes" VALUES(131,'other','{"is":"Change","account":"other","at":1800000055.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AcceptSponsorship","reason":"transfer_not_open"}}','32dd7e1d2059962884cf8ea2c5b0ac9d9f84d9bfc8eb9bbb56d25ca1010fbc4b');
INSERT INTO "changes" VALUES(132,'other','{"is":"Change","account":"other","at":1800000056.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"IssueKey","reason":"key_exists"}}','e035efc393a5aef3b9796faf1f972b4590f215839d2fae7aac97d3ed5c50dd14');
INSERT INTO "changes" VALUES(133,'acme','{"is":"Change","account":"acme","at":1800000057.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}','d9e4ad58d82b91cb7c7177d47f27c2d89212eba53eaf311c31763df9ce305171');
INSERT INTO "changes" VALUES(134,'acme','{"is":"Change","account":"acme","at":1800000058.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"KeyBlocked","app_key":"acme-2","why":""}}','9d896e6e674ff3ef151aadcf1df3cb2ed2cafc777d7da844c864b2652251dd8b');
INSERT INTO "changes" VALUES(135,'other','{"is":"Change","account":"other","at":1800000059.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"already_so"}}','b40a9897a2a15471d4e8bf6f89d2bab7d19c4277fd144deb900b637d3b19e1eb');
CREATE TABLE denials (
	id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	at REAL NOT NULL, 
	episode TEXT NOT NULL, 
	known INTEGER NOT NULL, 
	denial TEXT NOT NULL, 
	CONSTRAINT pk_denials PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "denials" VALUES('00000000000000000000000001','acme',1800000001.25,'00000000000000000000000001',0,'{"is":"Denial","id":"00000000000000000000000001","account":"acme","at":1800000001.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"credentials_in_query","facts":{"count":2,"at":1.5,"carrier":"query","positions":[1,2],"methods":["GET"],"none":[]},"evidence":{"required":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"by":"ana@acme.example"},"confidence":"likely"},{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":null,"proven":false,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"ffffffffffffffff","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /api/oms/pvt/orders"}');
INSERT INTO "denials" VALUES('00000000000000000000000002','acme',1800000002.25,'00000000000000000000000002',1,'{"is":"Denial","id":"00000000000000000000000002","account":"acme","at":1800000002.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"permission_missing_resource","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":"key-1","proven":true,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"aaaaaaaaaaaaaaaa","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /a"}');
INSERT INTO "denials" VALUES('00000000000000000000000003','acme',1800000003.25,'00000000000000000000000002',1,'{"is":"Denial","id":"00000000000000000000000003","account":"acme","at":1800000003.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"permission_missing_resource","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":"key-1","proven":true,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"aaaaaaaaaaaaaaaa","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /a"}');
INSERT INTO "denials" VALUES('00000000000000000000000004','acme',1800000004.25,'00000000000000000000000004',0,'{"is":"Denial","id":"00000000000000000000000004","account":"acme","at":1800000004.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":null,"proven":false,"key":{"is":"Fingerprint","hash":"0000000000000004","length":26},"token":{"is":"Fingerprint","hash":"0000000000000004","length":26},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /api/oms/pvt/orders"}');
INSERT INTO "denials" VALUES('00000000000000000000000005','acme',1800000005.25,'00000000000000000000000004',0,'{"is":"Denial","id":"00000000000000000000000005","account":"acme","at":1800000005.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":null,"proven":false,"key":{"is":"Fingerprint","hash":"0000000000000005","length":26},"token":{"is":"Fingerprint","hash":"0000000000000005","length":26},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /api/oms/pvt/orders"}');
CREATE TABLE episodes (
	id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	route TEXT NOT NULL, 
	last REAL NOT NULL, 
	kept INTEGER NOT NULL, 
	episode TEXT NOT NULL, 
	CONSTRAINT pk_episodes PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "episodes" VALUES('00000000000000000000000001','acme','','credentials_in_query','',1800000001.25,1,'{"is":"Episode","id":"00000000000000000000000001","account":"acme","app_key":null,"cause":"credentials_in_query","route":"","first":1800000001.25,"last":1800000001.25,"count":1,"newest":"00000000000000000000000001","wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"worked":null,"between":null,"faces":[{"is":"Face","hash":"0000000000000000","first":1800000001.25,"last":1800000001.25,"count":1}]}');
INSERT INTO "episodes" VALUES('00000000000000000000000002','acme','key-1','permission_missing_resource','GET /a',1800000003.25,2,'{"is":"Episode","id":"00000000000000000000000002","account":"acme","app_key":"key-1","cause":"permission_missing_resource","route":"GET /a","first":1800000002.25,"last":1800000003.25,"count":2,"newest":"00000000000000000000000003","wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"worked":null,"between":null,"faces":[{"is":"Face","hash":"aaaaaaaaaaaaaaaa","first":1800000002.25,"last":1800000003.25,"count":2}]}');
INSERT INTO "episodes" VALUES('00000000000000000000000004','acme','','key_unknown','',1800000005.25,2,'{"is":"Episode","id":"00000000000000000000000004","account":"acme","app_key":null,"cause":"key_unknown","route":"","first":1800000004.25,"last":1800000005.25,"count":2,"newest":"00000000000000000000000005","wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"worked":null,"between":null,"faces":[{"is":"Face","hash":"0000000000000004","first":1800000004.25,"last":1800000004.25,"count":1},{"is":"Face","hash":"0000000000000005","first":1800000005.25,"last":1800000005.25,"count":1}]}');
CREATE TABLE exposures (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	token INTEGER NOT NULL, 
	how TEXT NOT NULL, 
	first REAL NOT NULL, 
	last REAL NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_exposures PRIMARY KEY (account, app_key, token, how)
)
 STRICT

;
INSERT INTO "exposures" VALUES('acme','key-2',1,'plain_http',1800000060.25,1800000061.25,2);
CREATE TABLE external_grants (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_external_grants PRIMARY KEY (account, app_key, role), 
	CONSTRAINT fk_external_grants_account_app_key FOREIGN KEY(account, app_key) REFERENCES external_keys (account, app_key), 
	CONSTRAINT fk_external_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id)
)
 STRICT

;
CREATE TABLE external_keys (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	home TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	added_at REAL NOT NULL, 
	added_by TEXT NOT NULL, 
	added_why TEXT NOT NULL, 
	CONSTRAINT pk_external_keys PRIMARY KEY (account, app_key), 
	CONSTRAINT fk_external_keys_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "external_keys" VALUES('acme','away-1','other',56,1800000055.25,'ana@acme.example','');
CREATE TABLE handovers (
	app_key TEXT NOT NULL, 
	id TEXT NOT NULL, 
	expires REAL NOT NULL, 
	made_at REAL NOT NULL, 
	made_by TEXT NOT NULL, 
	made_why TEXT NOT NULL, 
	CONSTRAINT pk_handovers PRIMARY KEY (app_key), 
	CONSTRAINT fk_handovers_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
CREATE TABLE key_grants (
	app_key TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_key_grants PRIMARY KEY (app_key, role), 
	CONSTRAINT fk_key_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id), 
	CONSTRAINT fk_key_grants_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
INSERT INTO "key_grants" VALUES('other-1',1,'other',NULL,120,1800000044.25,'ana@acme.example','');
INSERT INTO "key_grants" VALUES('other-0',2,'other',NULL,128,1800000052.25,'ana@acme.example','');
CREATE TABLE keys (
	app_key TEXT NOT NULL, 
	account TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	registered INTEGER NOT NULL, 
	networks TEXT NOT NULL, 
	valid_from REAL, 
	expires REAL, 
	digest TEXT NOT NULL, 
	next_digest TEXT, 
	created_at REAL NOT NULL, 
	created_by TEXT NOT NULL, 
	created_why TEXT NOT NULL, 
	token_created_at REAL, 
	token_created_by TEXT, 
	token_created_why TEXT, 
	next_created_at REAL, 
	next_created_by TEXT, 
	next_created_why TEXT, 
	inactive_at REAL, 
	inactive_by TEXT, 
	inactive_why TEXT, 
	blocked_at REAL, 
	blocked_by TEXT, 
	blocked_why TEXT, 
	CONSTRAINT pk_keys PRIMARY KEY (app_key), 
	CONSTRAINT fk_keys_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "keys" VALUES('key-2','acme',27,'00000000000000000000000000000002','label 2','the shop''s team',1,'',1800000000.25,NULL,'73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c','38b4e652e44da7f2370d9e260e27136550a4a3a6d07f5c0c332f8b1224083fd2',1800000026.25,'ana@acme.example','',NULL,NULL,NULL,1800000049.25,'ana@acme.example','',1800000048.25,'ana@acme.example','',NULL,NULL,NULL);
INSERT INTO "keys" VALUES('other-1','other',77,'000000000000000000000000b0f91306','label 2969113350','',0,'10.1.0.0/16 ::1/128',NULL,NULL,'220ed007a20fd1393794e5f8814e8b05163d04e618ff874e3254eb9f9cf7ed42',NULL,1800000001.25,'ana@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1800000018.25,'ana@acme.example','');
INSERT INTO "keys" VALUES('other-2','other',82,'0000000000000000000000006255191d','label 1649744157','',0,'',NULL,NULL,'e9e5cc8234c64834427669df12b43a10592dc6c79f2b6c9463c41852509a6786',NULL,1800000006.25,'ana@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,1800000054.25,'ana@acme.example','why 3436910263',NULL,NULL,NULL);
INSERT INTO "keys" VALUES('acme-2','acme',101,'000000000000000000000000e3ba48cf','label 3820636367','',0,'10.1.0.0/16 ::1/128',NULL,1800000380.25,'fead0b7cfcfac73861383b87f7b62cbd1072fc930fc604732dc8daeb8df06088',NULL,1800000025.25,'bia@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1800000058.25,'bia@acme.example','');
INSERT INTO "keys" VALUES('acme-0','acme',126,'0000000000000000000000008fb20742','label 2410809154','',0,'',NULL,NULL,'c17ea44f5da78ecd0952d44541f913feb8a44babdc3b99dd95058711a1aef3f6',NULL,1800000050.25,'bia@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "keys" VALUES('other-0','other',127,'0000000000000000000000007a8a24fd','label 2055873789','',0,'10.1.0.0/16 192.0.2.7/32',NULL,NULL,'1329ff0e25feddd9780b63035fddc0b30eb6576087fac6713afc2536a9b64b5a',NULL,1800000051.25,'ana@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "meta" VALUES('epoch','04802a10');
CREATE TABLE muted_episodes (
	account TEXT NOT NULL, 
	episode TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	muted_at REAL NOT NULL, 
	muted_by TEXT NOT NULL, 
	muted_why TEXT NOT NULL, 
	CONSTRAINT pk_muted_episodes PRIMARY KEY (account, episode), 
	CONSTRAINT fk_muted_episodes_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "muted_episodes" VALUES('acme','01K9XW6Z5M3QH7T2R8V4N0PBCE',23,1800000022.25,'ana@acme.example','');
INSERT INTO "muted_episodes" VALUES('acme','01K9XW6Z5M3QH7T2R8V4N0PBCD',25,1800000024.25,'ana@acme.example','');
INSERT INTO "muted_episodes" VALUES('other','01K9XW6Z5M3QH7T2R8V4N0PBCE',81,1800000005.25,'ana@acme.example','');
CREATE TABLE passwords (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	set_at REAL NOT NULL, 
	set_by TEXT NOT NULL, 
	set_why TEXT NOT NULL, 
	CONSTRAINT pk_passwords PRIMARY KEY (account, email), 
	CONSTRAINT fk_passwords_account_email FOREIGN KEY(account, email) REFERENCES users (account, email)
)
 STRICT

;
INSERT INTO "passwords" VALUES('acme','bia@acme.example','$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA2',1800000016.25,'bia@acme.example','');
INSERT INTO "passwords" VALUES('other','ana@acme.example','$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA11111111111111111111111111111111',1800000036.25,'ana@acme.example','');
CREATE TABLE predefined_roles (
	account TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	CONSTRAINT pk_predefined_roles PRIMARY KEY (account, role), 
	CONSTRAINT fk_predefined_roles_account_role FOREIGN KEY(account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "predefined_roles" VALUES('acme',11);
INSERT INTO "predefined_roles" VALUES('acme',9);
INSERT INTO "predefined_roles" VALUES('acme',10);
CREATE TABLE retired_digests (
	app_key TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	retired_at REAL NOT NULL, 
	retired_by TEXT NOT NULL, 
	retired_why TEXT NOT NULL, 
	CONSTRAINT pk_retired_digests PRIMARY KEY (app_key, seq), 
	CONSTRAINT fk_retired_digests_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
CREATE TABLE role_resources (
	account TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	product TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	CONSTRAINT pk_role_resources PRIMARY KEY (account, role, product, "key"), 
	CONSTRAINT fk_role_resources_account_role FOREIGN KEY(account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "role_resources" VALUES('acme',1,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('acme',1,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',1,'OMS','_/');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','_/');
INSERT INTO "role_resources" VALUES('acme',9,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('acme',10,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('acme',9,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',10,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('other',1,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('other',1,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('other',1,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('acme',13,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('other',1,'OMS','_/');
CREATE TABLE roles (
	account TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	deleted_at REAL, 
	deleted_by TEXT, 
	deleted_why TEXT, 
	CONSTRAINT pk_roles PRIMARY KEY (account, id), 
	CONSTRAINT fk_roles_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "roles" VALUES('acme',1,'orders, all',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',2,'empty',1800000050.25,'ana@acme.example','');
INSERT INTO "roles" VALUES('acme',11,'Owner',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',9,'Viewer',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',10,'empty',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',12,'role 3',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('other',1,'role 2',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',13,'role 2',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('other',2,'role 4',NULL,NULL,NULL);
CREATE TABLE row_macs (
	account TEXT NOT NULL, 
	part TEXT NOT NULL, 
	name TEXT NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_row_macs PRIMARY KEY (account, part, name)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "row_macs" VALUES('acme','account','acme','018a284cc75c96d9655e58c94d36f916f0ad87174b91ef026508892b0901281a');
INSERT INTO "row_macs" VALUES('acme','external_key','away-1','534eb98ed2ca861259b3df93fbf3a626ff7ff663a8dd67978b42d08f83cb66d3');
INSERT INTO "row_macs" VALUES('acme','key','acme-0','f9684eb91bfd15c9bd9bdcaba1f641b075a9c14ef84e3681dba233b7a74bfb60');
INSERT INTO "row_macs" VALUES('acme','key','acme-2','d61281717633845bd5d72476131b1e425bf8f5c1e130973882aca4e6a054600e');
INSERT INTO "row_macs" VALUES('acme','key','key-2','8d8795733fdafb33b0b3f8dcde8019ddaed7d6e5ccbb61778b40efa38308f45d');
INSERT INTO "row_macs" VALUES('acme','role','1','b3facd383dbe24c3b0c65bc1476685845ae57dbc326bf41a7fce3db94a9e16a6');
INSERT INTO "row_macs" VALUES('acme','role','10','0767d54966b2ac98a6ef35d2a698fb32cd3a5d3edecb0ec685128e2b012092fa');
INSERT INTO "row_macs" VALUES('acme','role','11','c5312cb311b5a27bbfe13c50ab338ac7b65bb7270f231b80b5f6754ce01df9c6');
INSERT INTO "row_macs" VALUES('acme','role','12','12e8dd5011190ff081b4e7a9f60a2d84c0ccfcbbba29e9a6f0859243dd5ce749');
INSERT INTO "row_macs" VALUES('acme','role','13','bae0884843befdcf879196c535141cfef4915a00011d6a13af9d146dbaf49d46');
INSERT INTO "row_macs" VALUES('acme','role','2','e6f9fc60abce01cde579488ce7b942989fc5d132f37ee55ee173046a0a14e9d3');
INSERT INTO "row_macs" VALUES('acme','role','9','d1a0bf0f92ba11cc4e71c39a28ea37529ae47e0077a6c33f9d8b6876b3537d1b');
INSERT INTO "row_macs" VALUES('acme','user','bia@acme.example','9db81d451d67d235d55e119da94085135e9ebab9d04f23b3e5b75e967f7dc5ee');
INSERT INTO "row_macs" VALUES('acme','user','caio@acme.example','6a293dd00d7e9d838657b2684ba4f58919d6e07afba2f98250d82ba50bdab965');
INSERT INTO "row_macs" VALUES('other','account','other','501c6a659a25c9046fcc0d3498d708d0d72c214efdc7787890c02169d179c7c5');
INSERT INTO "row_macs" VALUES('other','key','other-0','50432adfb6599e1c5369dc3972c59147f11325bdbc2b7e671db7d021e60f30a5');
INSERT INTO "row_macs" VALUES('other','key','other-1','4d166b952cb7caab82555409535e8e132f4a0b167a7e68b4212b3b8baf09398b');
INSERT INTO "row_macs" VALUES('other','key','other-2','837a9ffad41c0d54f6f51edfc71f64639989374be7a219d53b89c5e189c4fb1c');
INSERT INTO "row_macs" VALUES('other','role','1','760b643a83d59719e9dd8f553e4ec9e4e4d7644d29f25a1076cc9046cbabfaf9');
INSERT INTO "row_macs" VALUES('other','role','2','33dafe49f8e80c238d76575e79f41e6b97156b49968d5b9776e76d73c6127897');
INSERT INTO "row_macs" VALUES('other','user','ana@acme.example','4edab54f31e320c5ca76b8093c42e88cd5efa520dd95d323b2e3bca4ed58171e');
CREATE TABLE sealed (
	name TEXT NOT NULL, 
	data BLOB NOT NULL, 
	until REAL NOT NULL, 
	CONSTRAINT pk_sealed PRIMARY KEY (name)
)
 STRICT

;
CREATE TABLE sessions (
	id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	began REAL NOT NULL, 
	seen REAL NOT NULL, 
	confirmed REAL NOT NULL, 
	address TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "sessions" VALUES('0000000000000001','f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e','acme','ana@acme.example',1800000001.25,1800000001.25,1800000001.25,'2001:db8::1','Firefox','b109ff61e3d557b6625cc13030c51676b86252abe6d13d690bb55509c36662c6');
INSERT INTO "sessions" VALUES('0000000000000002','73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c','acme','ana@acme.example',1800000002.25,1800000002.25,1800000002.25,'2001:db8::1','Firefox','9fdb246b3cc0950515fc62cd949bc129d27100f7e863224570bb5c8221c0b535');
CREATE TABLE set_up_links (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	expires REAL NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_set_up_links PRIMARY KEY (account, email), 
	CONSTRAINT fk_set_up_links_account_email FOREIGN KEY(account, email) REFERENCES users (account, email)
)
 STRICT

;
CREATE TABLE token_periods (
	account TEXT NOT NULL, 
	days INTEGER NOT NULL, 
	CONSTRAINT pk_token_periods PRIMARY KEY (account), 
	CONSTRAINT fk_token_periods_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "token_periods" VALUES('acme',60);
CREATE TABLE tombstone_digests (
	app_key TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_tombstone_digests PRIMARY KEY (app_key, position), 
	CONSTRAINT fk_tombstone_digests_app_key FOREIGN KEY(app_key) REFERENCES tombstones (app_key)
)
 STRICT

;
INSERT INTO "tombstone_digests" VALUES('key-1',0,'f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e');
INSERT INTO "tombstone_digests" VALUES('key-1',1,'d7a56d3cfcf9a44dc716691acdaba1b8a912646543c6977a5a43ac2753cf1017');
INSERT INTO "tombstone_digests" VALUES('key-1',2,'457c769f39d8644199c0e5bdbcfbc85b37ce91cbde1fc1b0ea6b44f130436dd7');
INSERT INTO "tombstone_digests" VALUES('key-1',3,'fe5518cbe8dfe59296946bd26935a014be3a2b7c73a420c339a0f94237376d09');
CREATE TABLE tombstones (
	app_key TEXT NOT NULL, 
	account TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	deleted_at REAL NOT NULL, 
	deleted_by TEXT NOT NULL, 
	deleted_why TEXT NOT NULL, 
	CONSTRAINT pk_tombstones PRIMARY KEY (app_key), 
	CONSTRAINT fk_tombstones_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "tombstones" VALUES('key-1','acme',48,'00000000000000000000000000000001','label 1',1800000047.25,'ana@acme.example','');
CREATE TABLE traffic (
	span INTEGER NOT NULL, 
	at REAL NOT NULL, 
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_traffic PRIMARY KEY (span, at, account, app_key, cause)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','','credentials_in_query',1);
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','','key_unknown',2);
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','','permission_missing_resource',2);
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','key-1','permission_missing_resource',2);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','','credentials_in_query',1);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','','key_unknown',2);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','','permission_missing_resource',2);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','key-1','permission_missing_resource',2);
CREATE TABLE transfers (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	expires REAL NOT NULL, 
	invited_at REAL NOT NULL, 
	invited_by TEXT NOT NULL, 
	invited_why TEXT NOT NULL, 
	CONSTRAINT pk_transfers PRIMARY KEY (account), 
	CONSTRAINT fk_transfers_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
CREATE TABLE usage (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	token INTEGER NOT NULL, 
	last REAL NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_usage PRIMARY KEY (account, app_key, token)
)
 STRICT

;
CREATE TABLE user_grants (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_user_grants PRIMARY KEY (account, email, role), 
	CONSTRAINT fk_user_grants_account_email FOREIGN KEY(account, email) REFERENCES users (account, email), 
	CONSTRAINT fk_user_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "user_grants" VALUES('acme','bia@acme.example',1,'acme',NULL,8,1800000007.25,'ana@acme.example','');
CREATE TABLE users (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	added_at REAL NOT NULL, 
	added_by TEXT NOT NULL, 
	added_why TEXT NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (account, email), 
	CONSTRAINT fk_users_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "users" VALUES('acme','bia@acme.example',2,'Bia Conceição',1800000001.25,'ana@acme.example','');
INSERT INTO "users" VALUES('other','ana@acme.example',75,'ana@acme.example',1800000074.25,'root','');
INSERT INTO "users" VALUES('acme','caio@acme.example',114,'name 893179630',1800000038.25,'bia@acme.example','');
CREATE TABLE uses (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	route TEXT NOT NULL, 
	need TEXT NOT NULL, 
	last REAL NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_uses PRIMARY KEY (account, app_key, route)
)
 STRICT

;
CREATE INDEX ix_keys_account ON keys (account);
CREATE INDEX ix_tombstones_account ON tombstones (account);
CREATE INDEX ix_denials_account_at_id ON denials (account, at, id);
CREATE INDEX ix_denials_at ON denials (at);
CREATE INDEX ix_denials_episode_at_id ON denials (episode, at, id);
CREATE INDEX ix_episodes_account_app_key_cause_route_last ON episodes (account, app_key, cause, route, last);
CREATE INDEX ix_changes_account_seq ON changes (account, seq);
CREATE UNIQUE INDEX ix_sessions_digest ON sessions (digest);
CREATE INDEX ix_sessions_account_email_began ON sessions (account, email, began);
COMMIT;
